"""Everything on Python lists, one completion at a time."""
import torch


def parse(row, eos):
    if eos in row:
        return row[: row.index(eos)], True
    return row, False


def as_reward(values):
    return torch.tensor(values, dtype=torch.float32)


def text_mask(completions, eos):
    rows = []
    for row in completions.tolist():
        length = len(parse(row, eos)[0])
        rows.append([True] * length + [False] * (len(row) - length))
    return torch.tensor(rows, dtype=torch.bool)


def exact_match(completions, answers, eos, partial_credit=0.0):
    values = []
    for row, answer in zip(completions.tolist(), answers.tolist()):
        text, ended = parse(row, eos)
        if ended and text == answer:
            values.append(1.0)
        else:
            values.append(partial_credit * sum(x == y for x, y in zip(text, answer)) / len(answer))
    return as_reward(values)


def sorted_reward(completions, numbers, eos, partial_credit=0.0):
    answers = torch.tensor([sorted(row) for row in numbers.tolist()])
    return exact_match(completions, answers, eos, partial_credit)


def sum_reward(completions, a, b, digits, zero, eos, partial_credit=0.0):
    answers = []
    for x, y in zip(a.tolist(), b.tolist()):
        total, row = x + y, []
        for _ in range(digits):
            total, digit = divmod(total, 10)
            row.append(zero + digit)
        answers.append(row)
    return exact_match(completions, torch.tensor(answers), eos, partial_credit)


def brackets_reward(tokens, prompt_length, pairs, eos, partial_credit=0.0):
    closing = dict(pairs)
    values = []
    for row in tokens.tolist():
        stack = []  # (closing bracket, opened by the prompt)
        for token in row[:prompt_length]:
            if token in closing:
                stack.append((closing[token], True))
            else:
                stack.pop()
        goal, closed, fine = len(stack), 0, True
        text, ended = parse(row[prompt_length:], eos)
        for token in text:
            if token in closing:
                stack.append((closing[token], False))
            elif stack and stack[-1][0] == token:
                closed += stack.pop()[1]
            else:
                fine = False
                break
        values.append(1.0 if fine and ended and not stack else partial_credit * closed / goal)
    return as_reward(values)


def penalize_length(rewards, completions, eos, penalty):
    return rewards - penalty * text_mask(completions, eos).sum(1) / completions.size(1)
