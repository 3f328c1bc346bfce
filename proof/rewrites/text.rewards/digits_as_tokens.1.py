"""plain lists and loops"""
import torch


def _read(row, eos):
    text = []
    for token in row:
        if token == eos:
            return text, True
        text.append(token)
    return text, False


def text_mask(completions, eos):
    mask = torch.zeros(completions.shape, dtype=torch.bool)
    for i, row in enumerate(completions.tolist()):
        text, _ = _read(row, eos)
        mask[i, : len(text)] = True
    return mask


def exact_match(completions, answers, eos, partial_credit=0.0):
    rewards = []
    for row, answer in zip(completions.tolist(), answers.tolist()):
        text, ended = _read(row, eos)
        if ended and text == answer:
            rewards.append(1.0)
            continue
        hits = 0
        for said, wanted in zip(text, answer):
            if said == wanted:
                hits += 1
        rewards.append(partial_credit * hits / len(answer))
    return torch.tensor(rewards, dtype=torch.float32)


def sorted_reward(completions, numbers, eos, partial_credit=0.0):
    answers = torch.tensor([sorted(row) for row in numbers.tolist()])
    return exact_match(completions, answers, eos, partial_credit)


def sum_reward(completions, a, b, digits, zero, eos, partial_credit=0.0):
    answers = []
    for total in (a + b).tolist():
        answer = []
        for _ in range(digits):
            answer.append(total % 10)
            total //= 10
        answers.append(answer)
    return exact_match(completions, torch.tensor(answers), eos, partial_credit)


def brackets_reward(tokens, prompt_length, pairs, eos, partial_credit=0.0):
    partner = {opening: closing for opening, closing in pairs}
    rewards = []
    for row in tokens.tolist():
        stack = []
        for token in row[:prompt_length]:
            if token in partner:
                stack.append((partner[token], True))
            else:
                stack.pop()
        awaited = len(stack)
        text, ended = _read(row[prompt_length:], eos)
        closed, mistake = 0, False
        for token in text:
            if token in partner:
                stack.append((partner[token], False))
            elif stack and stack[-1][0] == token:
                _, from_prompt = stack.pop()
                closed += from_prompt
            else:
                mistake = True
                break
        if ended and not mistake and not stack:
            rewards.append(1.0)
        else:
            rewards.append(partial_credit * closed / awaited)
    return torch.tensor(rewards, dtype=torch.float32)


def penalize_length(rewards, completions, eos, penalty):
    room = completions.shape[1]
    lengths = [len(_read(row, eos)[0]) for row in completions.tolist()]
    return rewards - penalty * torch.tensor(lengths, dtype=torch.float32) / room
