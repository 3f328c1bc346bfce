"""both terms in one exponent"""
import torch


def optimal_policy(ref_log_probs, rewards, beta):
    exponent = (ref_log_probs + rewards) / beta
    log_z = torch.logsumexp(exponent, dim=1)
    return exponent - log_z[:, None], beta * log_z
