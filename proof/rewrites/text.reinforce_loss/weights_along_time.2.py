"""expanded weights, flat selection"""
import torch


def reinforce_loss(log_probs, weights, mask):
    w = weights.detach().expand_as(log_probs)
    gains = w[mask] * log_probs[mask]
    return -gains.sum() / log_probs.shape[0]
