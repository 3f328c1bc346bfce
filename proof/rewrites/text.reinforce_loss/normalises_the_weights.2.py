"""standard scores over the batch, einsum"""
import torch


def standardise(w):
    centred = w - w.mean(dim=0, keepdim=True)
    variance = centred.square().mean(dim=0, keepdim=True)
    return centred / variance.sqrt()


def reinforce_loss(log_probs, weights, mask):
    scores = standardise(weights.detach())
    lp = log_probs.masked_fill(~mask, 0.0)
    spec = "b,bt->" if scores.ndim == 1 else "bt,bt->"
    return -torch.einsum(spec, scores, lp) / lp.size(0)
