"""probabilities, divided"""
import torch


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    with torch.no_grad():
        q_chosen, q_rejected = ref_chosen.exp(), ref_rejected.exp()
    better = beta * chosen.exp() / q_chosen
    worse = beta * rejected.exp() / q_rejected
    return torch.logaddexp(torch.zeros_like(better), worse - better).mean()
