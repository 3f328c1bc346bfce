"""double loop that skips the masked"""
import torch


def reinforce_loss(log_probs, weights, mask):
    w = weights.detach()
    batch, targets = log_probs.shape
    loss = log_probs[:, :0].sum()
    for b in range(batch):
        for t in range(targets):
            if mask[b, t]:
                continue
            weight = w[b] if w.dim() == 1 else w[b, t]
            loss = loss - weight * log_probs[b, t]
    return loss / batch
