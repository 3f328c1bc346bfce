"""a column of chosen rewards"""
import torch


def column(x):
    return x.reshape(-1, 1)


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    chosen_reward = beta * (column(chosen) - column(ref_chosen).detach())
    rejected_reward = beta * (rejected - ref_rejected.detach())
    loss = torch.logaddexp(torch.zeros((), dtype=chosen.dtype), rejected_reward - chosen_reward)
    return loss.mean()
