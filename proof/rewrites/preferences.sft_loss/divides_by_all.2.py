"""sum of selected losses over the number of tokens"""
from torch import nn


def sft_loss(logits, tokens, mask):
    criterion = nn.CrossEntropyLoss(reduction="sum")
    predicted = logits[:, :-1][mask]
    wanted = tokens[:, 1:][mask]
    return criterion(predicted.float(), wanted) / tokens.numel()
