"""numpy rows"""
import numpy as np
import torch


def _find_end(row, eos):
    places = np.flatnonzero(row == eos)
    if places.size:
        return int(places[0]), True
    return len(row), False


def _credit(right, share, partial_credit):
    return 1.0 if right else partial_credit * share


def _as_rewards(values):
    return torch.from_numpy(np.array(values, dtype=np.float32))


def text_mask(completions, eos):
    ids = completions.numpy()
    mask = np.zeros(ids.shape, dtype=bool)
    for kept, row in zip(mask, ids):
        kept[: _find_end(row, eos)[0]] = True
    return torch.from_numpy(mask)


def exact_match(completions, answers, eos, partial_credit=0.0):
    values = []
    for row, answer in zip(completions.numpy(), answers.numpy()):
        end, ended = _find_end(row, eos)
        text = row[:end]
        n = min(len(text), len(answer))
        hits = np.count_nonzero(text[:n] == answer[:n])
        right = ended and np.array_equal(text, answer)
        values.append(_credit(right, hits / len(answer), partial_credit))
    return _as_rewards(values)


def sorted_reward(completions, numbers, eos, partial_credit=0.0):
    answers = torch.from_numpy(np.sort(numbers.numpy(), axis=1))
    return exact_match(completions, answers, eos, partial_credit)


def sum_reward(completions, a, b, digits, zero, eos, partial_credit=0.0):
    answers = np.zeros((len(a), digits), dtype=np.int64)
    for i, (first, second) in enumerate(zip(a.tolist(), b.tolist())):
        first = str(first).zfill(digits)[::-1]
        second = str(second).zfill(digits)[::-1]
        answers[i] = [zero + int(p) + int(q) for p, q in zip(first, second)]
    return exact_match(completions, torch.from_numpy(answers), eos, partial_credit)


def _open_after(prompt, partner):
    waiting = []
    for token in prompt:
        if token in partner:
            waiting.append(partner[token])
        else:
            waiting.pop()
    return waiting


def brackets_reward(tokens, prompt_length, pairs, eos, partial_credit=0.0):
    partner = {pair[0]: pair[1] for pair in pairs}
    values = []
    for row in tokens.numpy():
        waiting = _open_after(row[:prompt_length].tolist(), partner)
        awaited = len(waiting)
        own = []
        end, ended = _find_end(row[prompt_length:], eos)
        good = True
        for token in row[prompt_length : prompt_length + end].tolist():
            if token in partner:
                own.append(partner[token])
                continue
            pending = own or waiting
            if not pending or pending[-1] != token:
                good = False
                break
            pending.pop()
        right = good and ended and not own and not waiting
        values.append(_credit(right, (awaited - len(waiting)) / awaited, partial_credit))
    return _as_rewards(values)


def penalize_length(rewards, completions, eos, penalty):
    ends = [_find_end(row, eos)[0] for row in completions.numpy()]
    return rewards - penalty * torch.tensor(ends, dtype=torch.float32) / completions.shape[1]
