"""mean reward of each side first"""
import torch


def mean_reward(log_probs, reference, beta):
    return beta * torch.mean(log_probs - reference.detach())


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    difference = mean_reward(rejected, ref_rejected, beta) - mean_reward(chosen, ref_chosen, beta)
    return torch.logaddexp(difference, torch.zeros_like(difference))
