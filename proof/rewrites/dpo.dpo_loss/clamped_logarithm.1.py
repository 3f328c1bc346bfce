"""sigmoid with an epsilon"""
import torch


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    eps = 1e-8
    chosen_reward = beta * (chosen - ref_chosen.detach())
    rejected_reward = beta * (rejected - ref_rejected.detach())
    prob = torch.sigmoid(chosen_reward - rejected_reward)
    return -(prob + eps).log().mean()
