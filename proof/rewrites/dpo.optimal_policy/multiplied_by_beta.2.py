"""one prompt at a time, shift by the maximum"""
import torch


def optimal_policy(ref_log_probs, rewards, beta):
    policies, values = [], []
    for ref, r in zip(ref_log_probs, rewards):
        energy = r * beta + ref
        top = energy.max()
        log_z = top + (energy - top).exp().sum().log()
        policies.append(energy - log_z)
        values.append(beta * log_z)
    return torch.stack(policies), torch.stack(values)
