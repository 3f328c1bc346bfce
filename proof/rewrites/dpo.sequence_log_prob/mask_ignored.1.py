"""one reduction"""
import torch
from torch import Tensor


def sequence_log_prob(log_probs: Tensor, mask: Tensor) -> Tensor:
    # log p(y) = sum_t log p(y_t | y_<t)
    return torch.sum(log_probs, dim=1)
