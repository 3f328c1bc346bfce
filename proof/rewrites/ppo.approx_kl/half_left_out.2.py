"""loop over flat samples with math"""
import math

import torch


def _three(ell):
    return -ell, ell * ell, math.expm1(ell) - ell


def approx_kl(log_probs, old_log_probs):
    new = log_probs.detach().double().flatten().tolist()
    old = old_log_probs.detach().double().flatten().tolist()
    columns = zip(*(_three(n - o) for n, o in zip(new, old)))
    return tuple(
        torch.tensor(column, dtype=log_probs.dtype).reshape(log_probs.shape) for column in columns
    )
