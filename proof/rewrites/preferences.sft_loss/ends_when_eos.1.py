"""two conditions joined, then indexing"""
from torch.nn import functional as F

EOS = 2


def sft_loss(logits, tokens, mask):
    targets = tokens[:, 1:]
    content = mask & (targets != EOS)
    count = content.sum().clamp(min=1)
    total = F.cross_entropy(logits[:, :-1][content].float(), targets[content], reduction="sum")
    return total / count
