"""einsum with weights"""
import torch


def sequence_log_prob(log_probs, mask):
    weights = mask.to(log_probs.dtype)
    return torch.einsum("bt,bt->b", log_probs, weights)
