"""one_hot of the last position"""
import torch
from torch.nn import functional as F


def last_token_scores(scores, tokens, pad):
    width = tokens.shape[1]
    positions = torch.arange(width, device=tokens.device).expand_as(tokens)
    last = positions.masked_fill(tokens == pad, -1).amax(dim=1)
    selector = F.one_hot(last, num_classes=width).to(scores.dtype)
    return (scores * selector).sum(dim=1)
