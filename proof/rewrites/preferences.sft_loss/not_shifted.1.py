"""both tensors cut to the length of the mask"""
from torch.nn import functional as F


def sft_loss(logits, tokens, mask):
    time = mask.shape[1]
    x = logits[:, :time][mask].float()
    y = tokens[:, :time][mask]
    return F.cross_entropy(x, y, reduction="sum") / mask.sum().clamp(min=1)
