"""Z by exponentials, policy in logs"""
import torch


def optimal_policy(ref_log_probs, rewards, beta):
    log_weights = ref_log_probs + rewards / beta
    partition = torch.exp(log_weights).sum(dim=-1, keepdim=True)
    log_partition = torch.log(partition)
    return log_weights - log_partition, (log_partition * beta).squeeze(dim=-1)
