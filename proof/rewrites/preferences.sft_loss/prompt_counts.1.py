"""cross_entropy of the flattened batch"""
from torch.nn import functional as F


def sft_loss(logits, tokens, mask):
    vocab = logits.shape[-1]
    predictions = logits[:, :-1].reshape(-1, vocab).float()
    targets = tokens[:, 1:].reshape(-1)
    return F.cross_entropy(predictions, targets)
