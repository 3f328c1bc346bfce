"""functional, helper for log Z"""
import torch


def log_partition(unnormalised):
    return torch.logsumexp(unnormalised, 1)


def optimal_policy(ref_log_probs, rewards, beta):
    tilted = rewards + ref_log_probs
    maximum = log_partition(tilted)
    return tilted - maximum.unsqueeze(1), maximum
