"""broadcasting product"""
import torch


def reinforce_loss(log_probs, weights, mask):
    kept = torch.where(mask, log_probs, torch.zeros_like(log_probs))
    return (-weights.detach() * kept).sum(dim=1).mean()
