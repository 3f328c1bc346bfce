"""masked_fill with the mask as given"""
import torch


def sequence_log_prob(log_probs, mask):
    return log_probs.masked_fill(mask, 0.0).sum(-1)
