"""own log-softmax in the dtype of the logits, float only at the end"""
import torch
from torch.nn import functional as F


def log_probabilities(x):
    top = x.detach().amax(dim=-1, keepdim=True)
    shifted = x - top
    return shifted - shifted.exp().sum(dim=-1, keepdim=True).log()


def next_token_loss(logits, tokens, mask=None):
    batch, time, vocab = logits.shape
    log_p = log_probabilities(logits)
    which = F.one_hot(tokens, vocab).to(log_p.dtype)
    if mask is None:
        mask = torch.ones_like(tokens, dtype=torch.bool)
    keep = mask
    log_p, which, keep = log_p[:, :-1], which[:, 1:], keep[:, 1:]
    losses = -torch.einsum("btv,btv->bt", log_p, which)
    total = (losses * keep).sum()
    if total.dtype != torch.float64:
        total = total.float()
    return total / keep.sum().clamp(min=1)
