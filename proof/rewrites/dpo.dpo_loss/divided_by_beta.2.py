"""reward helper, logaddexp"""
import torch


def implicit_reward(policy, reference, beta):
    return torch.div(policy - reference, beta)


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    win = implicit_reward(chosen, ref_chosen.detach(), beta)
    lose = implicit_reward(rejected, ref_rejected.detach(), beta)
    zero = torch.zeros((), dtype=chosen.dtype)
    return torch.mean(torch.logaddexp(zero, lose - win))
