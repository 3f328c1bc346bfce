"""einsum, logarithm to the base of the number of actions"""
import torch
import torch.nn.functional as F


def categorical_entropy(logits):
    count = logits.size(-1)
    largest = torch.tensor(float(max(count, 2)), dtype=logits.dtype).log()
    ln_p = F.log_softmax(logits, dim=-1)
    safe = torch.where(ln_p > -torch.inf, ln_p, torch.zeros_like(ln_p))
    in_base_n = safe / largest
    return torch.einsum("...k,...k->...", F.softmax(logits, dim=-1), -in_base_n)
