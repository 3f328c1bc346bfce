"""log2 of the normaliser, base two throughout"""
import torch


def categorical_entropy(logits):
    top = logits.max(dim=-1, keepdim=True).values.detach()
    powers = (logits - top) * torch.log2(torch.tensor(torch.e, dtype=logits.dtype))
    counts = torch.exp2(powers)
    total = counts.sum(dim=-1, keepdim=True)
    surprise = total.log2() - powers.where(~logits.isneginf(), torch.zeros_like(powers))
    return (counts / total * surprise).sum(dim=-1)
