"""loop over sequences, dot products"""
import torch


def reinforce_loss(log_probs, weights, mask):
    total = 0.0
    for lp, w in zip(log_probs, weights.detach()):
        total = total - torch.dot(lp, w.expand(lp.shape[0]))
    return total / log_probs.size(0)
