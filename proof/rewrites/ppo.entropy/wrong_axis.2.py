"""axis chosen by the number of axes, shifted by hand"""
import torch


def categorical_entropy(logits):
    # batch first, then the actions
    axis = 1 if logits.dim() > 1 else 0
    z = logits - logits.detach().amax(dim=axis, keepdim=True)
    e = z.exp()
    norm = e.sum(dim=axis, keepdim=True)
    safe = torch.where(z == -torch.inf, torch.zeros_like(z), z)
    return ((e / norm) * (norm.log() - safe)).sum(dim=axis)
