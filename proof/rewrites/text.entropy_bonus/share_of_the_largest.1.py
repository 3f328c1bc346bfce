"""log_softmax and where, normalised by the vocabulary"""
import math

import torch


def entropy_bonus(logits, mask):
    vocab = logits.shape[-1]
    dtype = torch.promote_types(logits.dtype, torch.float32)
    log_p = logits[:, :-1].to(dtype).log_softmax(-1)
    p = log_p.exp()
    terms = p * torch.where(p > 0, log_p, 0.0)
    largest = math.log(vocab) if vocab > 1 else 1.0
    entropy = -terms.sum(-1) / largest
    return (entropy * mask).sum() / mask.sum().clamp(min=1)
