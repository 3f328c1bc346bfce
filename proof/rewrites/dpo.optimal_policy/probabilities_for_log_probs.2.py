"""shifted weights, divided by their sum"""
import torch


def optimal_policy(ref_log_probs, rewards, beta):
    x = ref_log_probs + rewards / beta
    top, _ = x.max(dim=1, keepdim=True)
    weights = (x - top).exp()
    total = weights.sum(dim=1, keepdim=True)
    maximum = beta * (top + total.log())
    return weights / total, maximum[:, 0]
