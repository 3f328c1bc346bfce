"""sum of the row less the entry"""
import torch


def rloo_advantages(rewards, group):
    r = rewards.detach().reshape(-1, group)
    others = r.sum(1, keepdim=True) - r
    return (r - others / group).flatten()
