"""one stacked all-reduce, one-hot comparison"""
import torch

from curriculum.collectives import all_gather, ring_all_reduce


def parallel_cross_entropy(logits, targets, start, comm):
    with torch.no_grad():
        largest = all_gather(logits.max(dim=-1).values.unsqueeze(0), comm).max(dim=0).values
    shifted = logits - largest.unsqueeze(-1)
    tokens = torch.arange(start, start + logits.shape[-1], device=logits.device)
    chosen = shifted.masked_fill(targets.unsqueeze(-1) != tokens, 0).sum(-1)
    terms = torch.stack([shifted.exp().sum(-1), chosen])
    total, target = ring_all_reduce(terms, comm)
    return total.log() - target
