"""log-odds of policy and reference, logaddexp"""
import torch


def log_odds(first, second):
    return torch.sub(first, second)


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    shift = log_odds(chosen, rejected) - log_odds(ref_chosen, ref_rejected)
    scaled = shift.mul(-beta)
    return torch.logaddexp(torch.zeros_like(scaled), scaled).mean()
