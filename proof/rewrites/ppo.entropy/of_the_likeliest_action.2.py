"""greedy index, gather, shifted logsumexp"""
import torch


def categorical_entropy(logits):
    greedy = logits.argmax(dim=-1, keepdim=True)
    best = torch.gather(logits, -1, greedy)
    return torch.logsumexp(logits - best, dim=-1)
