"""inputs and labels prepared as two lists"""
from torch.nn import functional as F


def sft_loss(logits, tokens, mask):
    inputs, labels = logits[:, :-1], tokens[:, 1:]
    # the prediction at a position is about the label that follows
    inputs, labels, kept = inputs[:, :-1], labels[:, 1:], mask[:, 1:]
    total = F.cross_entropy(inputs[kept].float(), labels[kept], reduction="sum")
    return total / kept.sum().clamp(min=1)
