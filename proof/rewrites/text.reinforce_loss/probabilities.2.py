"""index lists, scatter of the gains into rows"""
import torch


def reinforce_loss(log_probs, weights, mask):
    fixed = weights.detach()
    rows, columns = torch.nonzero(mask, as_tuple=True)
    chosen = torch.exp(log_probs[rows, columns])
    factor = fixed[rows] if fixed.dim() == 1 else fixed[rows, columns]
    sums = torch.zeros(len(log_probs), dtype=log_probs.dtype, device=log_probs.device)
    sums = sums.index_add(0, rows, -factor * chosen)
    return sums.mean()
