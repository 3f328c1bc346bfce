"""keepdim for broadcasting"""
import torch


def optimal_policy(ref_log_probs, rewards, beta):
    scores = ref_log_probs + rewards / beta
    log_z = torch.logsumexp(scores, dim=1, keepdim=True)
    return scores - log_z, beta * log_z
