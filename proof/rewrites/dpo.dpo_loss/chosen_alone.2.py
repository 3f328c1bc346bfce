"""logaddexp in a loop over chosen texts"""
import torch


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    baseline = ref_chosen.detach()
    zero = chosen.new_zeros(())
    terms = [torch.logaddexp(zero, -beta * (lp - ref)) for lp, ref in zip(chosen, baseline)]
    return sum(terms) / len(terms)
