"""Bradley-Terry written out"""
import torch


def bradley_terry(first, second):
    return 1.0 / (1.0 + torch.exp(second - first))


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    r_chosen = beta * (chosen - ref_chosen.detach())
    r_rejected = beta * (rejected - ref_rejected.detach())
    likelihood = bradley_terry(r_chosen, r_rejected)
    return likelihood.log().neg().mean()
