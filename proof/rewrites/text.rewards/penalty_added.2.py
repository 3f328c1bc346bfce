"""tensor operations, brackets for the whole batch at once"""
import torch


def _has_ended(completions, eos):
    return (completions == eos).any(dim=1)


def _pay(right, share, partial_credit):
    return torch.where(right, torch.ones_like(share), partial_credit * share)


def text_mask(completions, eos):
    return (completions == eos).cumsum(dim=1) == 0


def exact_match(completions, answers, eos, partial_credit=0.0):
    length = answers.shape[1]
    both = min(completions.shape[1], length)
    inside = text_mask(completions, eos)
    same = (completions[:, :both] == answers[:, :both]) & inside[:, :both]
    hits = same.sum(dim=1)
    share = hits.float() / length
    right = _has_ended(completions, eos) & (hits == length) & (inside.sum(dim=1) == length)
    return _pay(right, share, partial_credit)


def sorted_reward(completions, numbers, eos, partial_credit=0.0):
    answers = torch.sort(numbers, dim=1).values
    return exact_match(completions, answers, eos, partial_credit)


def sum_reward(completions, a, b, digits, zero, eos, partial_credit=0.0):
    powers = 10 ** torch.arange(digits)
    answers = zero + (a + b).unsqueeze(1) // powers % 10
    return exact_match(completions, answers, eos, partial_credit)


def brackets_reward(tokens, prompt_length, pairs, eos, partial_credit=0.0):
    batch, total = tokens.shape
    openers, closers = torch.tensor(pairs).reshape(-1, 2).unbind(1)
    inside = torch.ones(batch, total, dtype=torch.bool)
    inside[:, prompt_length:] = text_mask(tokens[:, prompt_length:], eos)
    rows = torch.arange(batch)
    stack = torch.full((batch, total + 1), -1)
    depth = torch.zeros(batch, dtype=torch.long)
    fine = torch.ones(batch, dtype=torch.bool)
    for t in range(total):
        if t == prompt_length:
            awaited = depth
            lowest = depth
        token = tokens[:, t]
        active = inside[:, t] & fine
        kind = token.unsqueeze(1) == openers
        opens = active & kind.any(dim=1)
        top = stack[rows, (depth - 1).clamp(min=0)]
        closes = active & (depth > 0) & (token == top)
        fine = fine & (opens | closes | ~active)
        stack[rows[opens], depth[opens]] = (kind * closers).sum(dim=1)[opens]
        depth = depth + opens.long() - closes.long()
        if t >= prompt_length:
            lowest = torch.minimum(lowest, depth)
    share = (awaited - lowest).float() / awaited
    right = fine & (depth == 0) & _has_ended(tokens[:, prompt_length:], eos)
    return _pay(right, share, partial_credit)


def penalize_length(rewards, completions, eos, penalty):
    taken = text_mask(completions, eos).float().mean(dim=1)
    return torch.add(rewards, taken, alpha=penalty)
