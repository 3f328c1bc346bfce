"""loops, own stable softmax, then log"""
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
            powers = torch.exp(row - row.max())
            p = powers / powers.sum()
            total = total - torch.log(p[answer])
            count += 1
    return total / max(count, 1)
