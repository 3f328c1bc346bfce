"""combined condition, flat selection"""
import torch


def reinforce_loss(log_probs, weights, mask):
    w = weights.detach()
    if w.ndim == 1:
        w = torch.stack([w] * log_probs.shape[1], dim=1)
    use = mask & (w > 0)
    return torch.sum(log_probs[use] * w[use]).neg() / log_probs.shape[0]
