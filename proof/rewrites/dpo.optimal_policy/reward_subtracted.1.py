"""Gibbs form with an energy"""
import torch


def optimal_policy(ref_log_probs, rewards, beta):
    log_weights = ref_log_probs - rewards / beta
    log_z = log_weights.logsumexp(dim=1, keepdim=True)
    log_policy = log_weights - log_z
    return log_policy, (beta * log_z)[:, 0]
