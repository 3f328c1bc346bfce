"""masked_fill of labels with the ignored index"""
import torch
from torch.nn import functional as F

IGNORED = -100


def sft_loss(logits, tokens, mask):
    labels = tokens[:, 1:].masked_fill(mask, IGNORED)
    used = labels != IGNORED
    if not used.any():
        return torch.zeros((), dtype=torch.float32, device=logits.device)
    x = logits[:, :-1].float().masked_fill(mask[..., None], 0.0)
    return F.cross_entropy(x.reshape(-1, x.shape[-1]), labels.reshape(-1), ignore_index=IGNORED)
