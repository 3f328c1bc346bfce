"""cross_entropy with ignore_index"""
import torch
from torch.nn import functional as F

PAD = 0


def sft_loss(logits, tokens, mask):
    targets = tokens[:, 1:].flatten()
    if bool((targets == PAD).all()):
        return torch.zeros((), dtype=torch.float32, device=logits.device)
    predictions = logits[:, :-1].flatten(0, 1).float()
    predictions = predictions.masked_fill((targets == PAD).unsqueeze(1), 0.0)
    return F.cross_entropy(predictions, targets, ignore_index=PAD)
