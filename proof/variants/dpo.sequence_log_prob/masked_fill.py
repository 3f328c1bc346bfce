"""What is not kept is filled with 0; the sum is an einsum."""
import torch


def sequence_log_prob(log_probs, mask):
    return torch.einsum("bt->b", log_probs.masked_fill(~mask, 0.0))
