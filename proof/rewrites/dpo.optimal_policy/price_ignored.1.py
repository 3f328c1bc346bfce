"""logsumexp with keepdim, then squeeze"""
import torch


def optimal_policy(ref_log_probs, rewards, beta):
    logits = ref_log_probs + rewards
    log_z = logits.logsumexp(dim=-1, keepdim=True)
    return logits - log_z, beta * log_z.squeeze(-1)
