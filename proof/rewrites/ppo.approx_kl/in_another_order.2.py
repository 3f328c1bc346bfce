"""namedtuple, best estimate first"""
from collections import namedtuple

import torch

Estimates = namedtuple("Estimates", "k3 k2 k1")


def approx_kl(log_probs, old_log_probs):
    delta = torch.sub(log_probs, old_log_probs).detach()
    return Estimates(
        k1=delta.neg(),
        k2=torch.pow(delta, 2).div(2),
        k3=torch.special.expm1(delta).sub(delta),
    )
