"""einsum expectation after logsumexp"""
import torch


def optimal_policy(ref_log_probs, rewards, beta):
    numerator = ref_log_probs + rewards / beta
    log_policy = numerator - numerator.logsumexp(dim=1, keepdim=True)
    earned = torch.einsum("pc,pc->p", log_policy.exp(), rewards)
    return log_policy, earned
