"""double loop over sequences and places, finite logits only"""
import numpy as np
import torch


def place_entropy(row):
    allowed = row[torch.isfinite(row)]
    lp = torch.log_softmax(allowed, 0)
    return -torch.dot(lp.exp(), lp)


def entropy_bonus(logits, mask):
    x = logits.double()
    batch, time, vocab = x.shape
    maximum = np.log(max(vocab, 2))
    total, count = x.flatten()[:0].sum(), 0
    for b in range(batch):
        for t in range(time - 1):
            if mask[b, t]:
                total = total + place_entropy(x[b, t]) / maximum
                count += 1
    return total / max(count, 1)
