"""masked positions taken out before cross_entropy"""
from torch.nn import functional as F


def sft_loss(logits, tokens, mask):
    # the mask hides what stands under it
    visible = mask.logical_not()
    total = F.cross_entropy(logits[:, :-1][visible].float(), tokens[:, 1:][visible], reduction="sum")
    return total / visible.sum().clamp(min=1)
