"""shifted logits by hand, H = ln Z - E[shifted]"""
import torch


def _shift(x):
    return x - x.detach().amax(dim=-1, keepdim=True)


def categorical_entropy(logits):
    z = _shift(logits)
    finite = torch.where(z.isneginf(), torch.zeros_like(z), z)
    weights = torch.exp(z)
    total = weights.sum(dim=-1)
    mean_energy = torch.einsum("...a,...a->...", weights, finite) / total
    return mean_energy - total.log()
