"""loop over the columns with a running total"""
import torch


def sequence_log_prob(log_probs, mask):
    batch, time = log_probs.shape
    total = log_probs.new_zeros(batch)
    for t in range(time):
        column = log_probs[:, t].masked_fill(mask[:, t].logical_not(), 0)
        total = total + column
    return total / time
