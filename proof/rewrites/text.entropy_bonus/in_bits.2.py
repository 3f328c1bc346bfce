"""Categorical distribution, converted by log 2"""
import math

import torch
from torch.distributions import Categorical


def bits(row_logits):
    normalised = torch.log_softmax(row_logits, dim=-1)
    return Categorical(logits=normalised, validate_args=False).entropy() / math.log(2)


def entropy_bonus(logits, mask):
    chosen = logits[:, :-1].double()[mask]
    if len(chosen) == 0:
        return chosen.sum()
    return bits(chosen).mean()
