"""relu on the weights"""
import torch


def reinforce_loss(log_probs, weights, mask):
    w = torch.relu(weights.detach())
    if w.dim() == 1:
        w = w.unsqueeze(1)
    return -(w * log_probs.masked_fill(~mask, 0)).sum(1).mean()
