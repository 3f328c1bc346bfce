"""nn modules and a compressed batch"""
import torch
from torch import nn


def sft_loss(logits, tokens, mask):
    if mask.sum() == 0:
        return torch.zeros((), device=logits.device)
    flat = mask.reshape(-1).nonzero().squeeze(1)
    x = logits[:, :-1].reshape(-1, logits.shape[-1]).index_select(0, flat)
    y = tokens[:, 1:].reshape(-1).index_select(0, flat)
    p = nn.Softmax(dim=1)(x.float())
    return nn.CrossEntropyLoss()(p, y)
