"""comprehension over the last axis"""
import torch


def sequence_log_prob(log_probs, mask):
    sums = [log_probs[mask[:, i], i].sum() for i in range(mask.size(-1))]
    return torch.stack(sums)
