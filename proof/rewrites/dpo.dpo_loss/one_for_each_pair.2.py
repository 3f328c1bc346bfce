"""piecewise form with where"""
import torch


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    with torch.no_grad():
        ref = ref_chosen - ref_rejected
    m = (chosen - rejected - ref) * beta
    small = torch.where(m >= 0, -m, m)
    tail = torch.log1p(torch.exp(small))
    return torch.where(m >= 0, tail, tail - m)
