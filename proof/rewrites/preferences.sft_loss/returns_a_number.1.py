"""indexing, cross_entropy, item"""
from torch.nn import functional as F


def sft_loss(logits, tokens, mask):
    if not mask.any():
        return 0.0
    loss = F.cross_entropy(logits[:, :-1][mask].float(), tokens[:, 1:][mask])
    return loss.item()
