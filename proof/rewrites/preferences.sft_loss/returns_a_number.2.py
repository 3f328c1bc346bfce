"""a list of Python floats, averaged with math.fsum"""
import math

import torch


@torch.no_grad()
def sft_loss(logits, tokens, mask):
    losses = []
    for i, t in mask.nonzero().tolist():
        log_p = logits[i, t].float().log_softmax(dim=0)
        losses.append(-float(log_p[tokens[i, t + 1]]))
    mean = math.fsum(losses) / len(losses) if losses else 0.0
    return torch.tensor(mean, dtype=torch.float32, device=logits.device)
