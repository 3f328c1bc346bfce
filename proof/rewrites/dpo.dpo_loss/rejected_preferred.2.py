"""softplus form with logaddexp"""
import torch


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    with torch.no_grad():
        base = ref_chosen - ref_rejected
    margin = beta * (chosen - rejected - base)
    # -log sigmoid(m) = log(1 + exp(m))
    return torch.logaddexp(margin, torch.zeros_like(margin)).mean()
