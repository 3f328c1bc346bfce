"""probabilities into cross_entropy"""
from torch.nn import functional as F


def sft_loss(logits, tokens, mask):
    probabilities = logits[:, :-1][mask].float().softmax(dim=-1)
    total = F.cross_entropy(probabilities, tokens[:, 1:][mask], reduction="sum")
    return total / mask.sum().clamp(min=1)
