"""masked_fill and an einsum in float64, with the sign in the weights."""
import torch


def reinforce_loss(log_probs, weights, mask):
    costs = -weights.detach().to(torch.float64)
    clean = log_probs.masked_fill(~mask, 0).to(torch.float64)
    if costs.ndim == 1:
        return torch.einsum("b,bt->", costs, clean) / len(costs)
    return torch.einsum("bt,bt->", costs, clean) / len(costs)
