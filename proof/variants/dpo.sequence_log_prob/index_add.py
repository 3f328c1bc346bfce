"""The kept entries as one vector, added up by the row that they stand in."""
import torch


def sequence_log_prob(log_probs, mask):
    rows = mask.nonzero()[:, 0]
    return log_probs.new_zeros(mask.shape[0]).index_add(0, rows, log_probs[mask])
