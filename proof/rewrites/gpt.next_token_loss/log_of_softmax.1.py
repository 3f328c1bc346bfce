"""gather, softmax then log"""
import torch


def next_token_loss(logits, tokens, mask=None):
    if logits.dtype != torch.float64:
        logits = logits.float()
    predictions = logits[:, :-1]
    targets = tokens[:, 1:]
    if mask is None:
        keep = torch.ones_like(targets, dtype=torch.bool)
    else:
        keep = mask[:, 1:]
    p = torch.softmax(predictions, dim=-1)
    losses = -torch.log(p.gather(-1, targets.unsqueeze(-1)).squeeze(-1))
    count = keep.sum().clamp(min=1)
    return losses[keep].sum() / count
