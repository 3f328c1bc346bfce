"""losses instead of objectives, stacked"""
import torch


def _same_shape(first, *others):
    for t in others:
        if t.shape != first.shape:
            raise ValueError(f"{tuple(t.shape)} is not {tuple(first.shape)}")


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    _same_shape(log_probs, old_log_probs, advantages)
    with torch.no_grad():
        cost = -advantages
        reference = old_log_probs.clone()
    rho = (log_probs - reference).exp()
    losses = torch.stack([cost * rho, cost * rho.clip(1 - clip, 1 + clip)])
    return losses.amin(dim=0).mean()
