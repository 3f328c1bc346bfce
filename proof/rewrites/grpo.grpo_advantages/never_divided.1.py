"""rows less their mean"""
import torch


def grpo_advantages(rewards, group, by_std=True):
    grouped = rewards.detach().reshape(-1, group)
    advantages = grouped - grouped.mean(dim=-1, keepdim=True)
    all_equal = grouped.amin(dim=-1) == grouped.amax(dim=-1)
    advantages[all_equal] = 0
    return advantages.view(-1)
