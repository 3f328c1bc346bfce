"""elementwise product"""
import torch


def sequence_log_prob(log_probs, mask):
    return (log_probs * mask).sum(dim=1)
