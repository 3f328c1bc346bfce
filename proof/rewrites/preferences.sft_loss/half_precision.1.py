"""cross_entropy of the selected logits, float at the end"""
from torch.nn import functional as F


def sft_loss(logits, tokens, mask):
    kept = logits[:, :-1][mask]
    total = F.cross_entropy(kept, tokens[:, 1:][mask], reduction="sum")
    return (total / mask.sum().clamp(min=1)).float()
