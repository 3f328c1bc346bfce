"""numpy logaddexp"""
import numpy as np
import torch


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    c, r, rc, rr = (x.detach().numpy() for x in (chosen, rejected, ref_chosen, ref_rejected))
    margin = beta * ((c - rc) - (r - rr))
    return torch.tensor(np.logaddexp(0.0, -margin).mean(), dtype=chosen.dtype)
