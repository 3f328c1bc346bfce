"""forbidden actions get a very low logit"""
import torch
import torch.nn.functional as F


def categorical_entropy(logits):
    with torch.no_grad():
        logits.masked_fill_(logits.isneginf(), -1e30)
    ln_p = F.log_softmax(logits, dim=-1)
    return torch.einsum("...k,...k->...", F.softmax(logits, dim=-1), ln_p).neg()
