"""loops, counts every entry of the vocabulary"""
import torch


def next_token_loss(logits, tokens, mask=None):
    wide = logits.to(torch.float64)
    batch, time, vocab = wide.shape
    total = wide[:, :0].sum()
    count = 0
    for b in range(batch):
        for t in range(time - 1):
            if mask is not None and not mask[b, t + 1]:
                continue
            row = wide[b, t]
            answer = tokens[b, t + 1]
            total = total + torch.logsumexp(row, dim=0) - row[answer]
            count += vocab
    return total / max(count, 1)
