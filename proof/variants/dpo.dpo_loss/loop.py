"""A loop over pairs; log(1 + exp(−m)) written as logaddexp with 0."""
import torch


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    total = torch.zeros((), dtype=chosen.dtype)
    for c, r, ref_c, ref_r in zip(chosen, rejected, ref_chosen.detach(), ref_rejected.detach()):
        margin = beta * ((c - ref_c) - (r - ref_r))
        total = total + torch.logaddexp(torch.zeros_like(margin), -margin)
    return total / len(chosen)
