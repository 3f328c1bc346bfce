"""partition function and energies, einsum"""
import torch


def categorical_entropy(logits):
    boltzmann = logits.exp()
    partition = torch.einsum("...a->...", boltzmann)
    energies = torch.where(logits.isneginf(), torch.zeros_like(logits), logits)
    surprise = partition.log().unsqueeze(-1) - energies
    return torch.einsum("...a,...a->...", boltzmann, surprise) / partition
