"""the formula, term by term"""
import torch


def optimal_policy(ref_log_probs, rewards, beta):
    pi_ref = ref_log_probs.exp()
    weights = pi_ref * torch.exp(rewards / beta)
    z = weights.sum(dim=1)
    pi = weights / z[:, None]
    return pi.log(), beta * z.log()
