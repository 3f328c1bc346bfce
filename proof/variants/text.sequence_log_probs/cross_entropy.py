"""torch's cross-entropy without reduction, and a running product for the mask."""
import torch
from torch.nn import functional as F


def completion_mask(tokens, prompt_length, eos):
    # 1 as long as no eos has been seen before this token
    open_before = torch.ones_like(tokens)
    goes_on = (tokens[:, prompt_length:-1] != eos).long()
    open_before[:, prompt_length + 1 :] = goes_on.cumprod(1)
    open_before[:, :prompt_length] = 0
    return open_before[:, 1:].bool()


def sequence_log_probs(logits, tokens, temperature=1.0):
    batch, time, vocab = logits.shape
    if logits.dtype != torch.float64:
        logits = logits.to(torch.float32)
    rows = logits[:, : time - 1].reshape(-1, vocab).div(temperature)
    targets = tokens[:, 1:].reshape(-1)
    return F.cross_entropy(rows, targets, reduction="none").neg().reshape(batch, time - 1)
