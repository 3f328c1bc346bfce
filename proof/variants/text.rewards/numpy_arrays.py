"""Through NumPy, with the end found by argmax behind an appended eos; brackets by cancelling pairs in turn."""
import numpy as np
import torch


def lengths(completions, eos):
    x = completions.numpy()
    guarded = np.concatenate([x == eos, np.ones((len(x), 1), dtype=bool)], axis=1)
    return guarded.argmax(axis=1)


def text_mask(completions, eos):
    return torch.from_numpy(np.arange(completions.shape[1])[None] < lengths(completions, eos)[:, None])


def exact_match(completions, answers, eos, partial_credit=0.0):
    x, y, n = completions.numpy(), answers.numpy(), lengths(completions, eos)
    rewards = np.empty(len(x), dtype=np.float32)
    for i in range(len(x)):
        text = x[i, : n[i]]
        overlap = min(len(text), y.shape[1])
        if n[i] < x.shape[1] and np.array_equal(text, y[i]):
            rewards[i] = 1
        else:
            rewards[i] = partial_credit * np.count_nonzero(text[:overlap] == y[i, :overlap]) / y.shape[1]
    return torch.from_numpy(rewards)


def sorted_reward(completions, numbers, eos, partial_credit=0.0):
    return exact_match(completions, torch.from_numpy(np.sort(numbers.numpy(), axis=1)), eos, partial_credit)


def sum_reward(completions, a, b, digits, zero, eos, partial_credit=0.0):
    totals = [str(int(t)).rjust(digits, "0")[::-1] for t in a + b]
    answers = np.array([[zero + int(c) for c in t] for t in totals], dtype=np.int64)
    return exact_match(completions, torch.from_numpy(answers), eos, partial_credit)


def brackets_reward(tokens, prompt_length, pairs, eos, partial_credit=0.0):
    closing = dict(map(tuple, pairs))

    def grown(stack, token):
        """The open brackets after one more token; None after a mistake."""
        if token in closing:
            return stack + (token,)
        if stack and closing[stack[-1]] == token:
            return stack[:-1]
        return None

    rewards = torch.empty(len(tokens), dtype=torch.float32)
    for i, sequence in enumerate(tokens.numpy().tolist()):
        stack = ()
        for token in sequence[:prompt_length]:
            stack = grown(stack, token)
        heights, rest = [len(stack)], sequence[prompt_length:]
        while rest and rest[0] != eos:
            stack = grown(stack, rest.pop(0))
            if stack is None:
                break
            heights.append(len(stack))
        solved = bool(rest) and rest[0] == eos and stack == ()
        rewards[i] = 1.0 if solved else partial_credit * (heights[0] - min(heights)) / heights[0]
    return rewards


def penalize_length(rewards, completions, eos, penalty):
    room = completions.shape[1]
    return torch.stack([r - penalty * (n / room) for r, n in zip(rewards, lengths(completions, eos).tolist())])
