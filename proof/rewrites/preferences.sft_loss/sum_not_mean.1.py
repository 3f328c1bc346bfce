"""cross_entropy with reduction sum"""
from torch.nn import functional as F


def sft_loss(logits, tokens, mask):
    return F.cross_entropy(logits[:, :-1][mask].float(), tokens[:, 1:][mask], reduction="sum")
