"""nll_loss in a loop over the texts"""
import torch
from torch.nn import functional as F


def sft_loss(logits, tokens, mask):
    total, count = logits.new_zeros((), dtype=torch.float32), 0
    for x, text, kept in zip(logits[:, :-1], tokens[:, 1:], mask):
        probabilities = F.softmax(x[kept].float(), dim=1)
        total = total + F.nll_loss(torch.log(probabilities), text[kept], reduction="sum")
        count += int(kept.sum())
    return total / count if count else total
