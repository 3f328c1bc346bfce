"""logaddexp with a weighted mean"""
import torch


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    ref = (ref_chosen - ref_rejected).detach()
    margin = beta * ((chosen - rejected) - ref)
    per_pair = torch.logaddexp(torch.zeros_like(margin), -margin)
    return beta * per_pair.mean()
