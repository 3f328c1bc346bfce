"""normalising with logsumexp"""
import torch


def optimal_policy(ref_log_probs, rewards, beta):
    log_unnormalised = ref_log_probs + rewards / beta
    log_z = torch.logsumexp(log_unnormalised, dim=1)
    return log_unnormalised - log_z.unsqueeze(-1), log_z
