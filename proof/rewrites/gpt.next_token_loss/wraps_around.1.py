"""torch.roll and gather"""
import torch


def next_token_loss(logits, tokens, mask=None):
    if logits.dtype != torch.float64:
        logits = logits.float()
    predictions = logits
    targets = torch.roll(tokens, -1, dims=1)
    if mask is None:
        keep = torch.ones_like(targets, dtype=torch.bool)
    else:
        keep = torch.roll(mask, -1, dims=1)
    log_p = torch.log_softmax(predictions, dim=-1)
    losses = -log_p.gather(-1, targets.unsqueeze(-1)).squeeze(-1)
    count = keep.sum().clamp(min=1)
    return losses[keep].sum() / count
