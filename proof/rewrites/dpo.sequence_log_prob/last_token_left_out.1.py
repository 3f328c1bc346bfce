"""indices of the kept tokens, sliced"""
import torch


def sequence_log_prob(log_probs, mask):
    sums = []
    for row, keep in zip(log_probs, mask):
        where = keep.nonzero(as_tuple=True)[0]
        # the last one is only the end-of-text mark
        sums.append(row[where[:-1]].sum())
    return torch.stack(sums)
