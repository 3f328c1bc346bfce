"""Replaces the logits that predict nothing, and lets the library's cross-entropy skip their targets."""
import torch
import torch.nn.functional as F


def sft_loss(logits, tokens, mask):
    vocab = logits.shape[-1]
    safe = torch.where(mask.unsqueeze(-1), logits[:, :-1], torch.zeros((), dtype=logits.dtype)).to(torch.float32)
    targets = tokens[:, 1:].masked_fill(~mask, -100)
    total = F.cross_entropy(safe.reshape(-1, vocab), targets.reshape(-1), ignore_index=-100, reduction="sum")
    return total / max(1, int(mask.count_nonzero()))
