"""rewards from a reversed list of references"""
import torch


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    policies = [chosen, rejected]
    references = [ref_rejected.detach(), ref_chosen.detach()]
    r_w, r_l = [beta * (p - q) for p, q in zip(policies, references)]
    gap = r_l - r_w
    return torch.logaddexp(gap, gap.new_zeros(gap.shape)).mean()
