"""one text at a time, boolean indexing"""
import torch
from torch import Tensor


def sequence_log_prob(log_probs: Tensor, mask: Tensor) -> Tensor:
    scores = []
    for row, keep in zip(log_probs, mask):
        tokens = row[keep]
        scores.append(tokens.mean() if len(tokens) > 0 else row.new_zeros(()))
    return torch.stack(scores)
