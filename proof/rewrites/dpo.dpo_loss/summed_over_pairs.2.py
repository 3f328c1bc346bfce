"""running total over zip"""
import torch


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    loss = chosen.new_zeros(())
    fixed = (ref_rejected - ref_chosen).detach()
    for c, r, offset in zip(chosen, rejected, fixed):
        x = beta * (c - r + offset)
        loss = loss + torch.logaddexp(torch.zeros_like(x), -x)
    return loss
