"""H = logsumexp − Σ p·logit, with finite stand-ins for −inf."""
import torch


def categorical_entropy(logits):
    shifted = logits - logits.amax(dim=-1, keepdim=True).detach()
    impossible = torch.isinf(shifted)
    p = torch.softmax(shifted, dim=-1)
    safe = shifted.masked_fill(impossible, 0.0)
    return torch.logsumexp(shifted, dim=-1) - (p * safe).sum(dim=-1)
