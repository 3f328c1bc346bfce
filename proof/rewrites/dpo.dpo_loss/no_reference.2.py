"""logaddexp, reward function per side"""
import torch


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    def reward(log_prob):
        return log_prob * beta

    difference = reward(rejected) - reward(chosen)
    return torch.logaddexp(torch.zeros_like(difference), difference).mean()
