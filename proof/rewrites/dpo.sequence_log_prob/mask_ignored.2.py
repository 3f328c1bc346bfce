"""column by column"""
import torch


def sequence_log_prob(log_probs, mask):
    joint = torch.zeros(log_probs.shape[0], dtype=log_probs.dtype)
    for step_log_prob in log_probs.unbind(dim=1):
        joint = joint + step_log_prob
    return joint
