"""loops, averages sequence by sequence"""
import torch


def sequence_loss(rows, answers, keep):
    total = rows[:0].sum()
    count = 0
    for row, answer, kept in zip(rows, answers, keep):
        if kept:
            total = total + torch.logsumexp(row, dim=0) - row[answer]
            count += 1
    return total / max(count, 1)


def next_token_loss(logits, tokens, mask=None):
    wide = logits.to(torch.float64)
    if mask is None:
        mask = torch.ones_like(tokens, dtype=torch.bool)
    means = []
    for b in range(len(wide)):
        means.append(sequence_loss(wide[b, :-1], tokens[b, 1:], mask[b, 1:]))
    return torch.stack(means).mean()
