"""Only the kept entries are ever touched: boolean indexing on both tensors."""
import torch


def reinforce_loss(log_probs, weights, mask):
    with torch.no_grad():
        if weights.dim() < 2:
            weights = weights.reshape(-1, 1).expand(log_probs.shape)
        chosen = weights[mask]
    return (log_probs[mask] * chosen).sum().neg() / log_probs.shape[0]
