"""Vectorised: everything behind the end becomes -1, and answers are padded to the same width."""
import torch


def cleaned(completions, eos):
    ended = torch.cummax((completions == eos).int(), dim=1).values.bool()
    return completions.masked_fill(ended, -1), ended


def text_mask(completions, eos):
    return cleaned(completions, eos)[0] >= 0


def exact_match(completions, answers, eos, partial_credit=0.0):
    batch, time = completions.shape
    length = answers.shape[1]
    text, ended = cleaned(completions, eos)
    width = max(time, length) + 1
    wide_text = torch.full((batch, width), -1, dtype=torch.int64)
    wide_text[:, :time] = text
    wide_answer = torch.full((batch, width), -1, dtype=torch.int64)
    wide_answer[:, :length] = answers
    right = (wide_text == wide_answer).all(1) & ended.any(1)
    share = (wide_text == wide_answer)[:, :length].double().mean(1)
    return (right + ~right * partial_credit * share).float()


def sorted_reward(completions, numbers, eos, partial_credit=0.0):
    order = numbers.argsort(dim=-1)
    return exact_match(completions, torch.gather(numbers, 1, order), eos, partial_credit)


def sum_reward(completions, a, b, digits, zero, eos, partial_credit=0.0):
    left, columns = a + b, []
    for _ in range(digits):
        columns.append(zero + left.remainder(10))
        left = left.div(10, rounding_mode="floor")
    return exact_match(completions, torch.stack(columns, 1), eos, partial_credit)


def brackets_reward(tokens, prompt_length, pairs, eos, partial_credit=0.0):
    closing = {opening: partner for opening, partner in pairs}
    out = torch.zeros(len(tokens))
    for number, row in enumerate(tokens):
        awaited = []
        for token in row[:prompt_length]:
            token = int(token)
            awaited = [closing[token], *awaited] if token in closing else awaited[1:]
        start = lowest = len(awaited)
        verdict = None
        for token in row[prompt_length:]:
            token = int(token)
            if token in closing:
                awaited = [closing[token], *awaited]
            elif token != eos and awaited[:1] == [token]:
                awaited = awaited[1:]
                lowest = min(lowest, len(awaited))
            else:
                verdict = token == eos and len(awaited) == 0
                break
        out[number] = 1.0 if verdict else partial_credit * (1 - lowest / start)
    return out


def penalize_length(rewards, completions, eos, penalty):
    text, _ = cleaned(completions, eos)
    return (rewards.double() - penalty * (text >= 0).double().mean(1)).float()
