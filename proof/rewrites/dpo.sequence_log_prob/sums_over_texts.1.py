"""masked_fill, sum along the first axis"""
import torch


def sequence_log_prob(log_probs, mask):
    return log_probs.masked_fill(mask == False, 0.0).sum(dim=0)  # noqa: E712
