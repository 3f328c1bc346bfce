"""one-hot product, mean over the kept rows"""
import torch
from torch.nn import functional as F


def next_token_loss(logits, tokens, mask=None):
    if logits.dtype != torch.float64:
        logits = logits.float()
    vocab = logits.shape[-1]
    log_p = torch.log_softmax(logits[:, :-1], dim=-1)
    one_hot = F.one_hot(tokens[:, 1:], vocab)
    terms = -(one_hot * log_p)
    if mask is not None:
        terms = terms[mask[:, 1:]]
    if terms.numel() == 0:
        return terms.sum()
    return terms.mean()
