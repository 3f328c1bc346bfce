"""sum in the log domain"""
import torch


def optimal_policy(ref_log_probs, rewards, beta):
    log_policy = ref_log_probs + rewards / beta
    return log_policy, beta * torch.logsumexp(log_policy, dim=1)
