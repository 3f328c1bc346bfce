"""a helper that shifts once more"""
import torch


def mean_loss(logits, labels, keep):
    predictions = logits[:, :-1]
    labels = labels[:, 1:]
    keep = keep[:, 1:]
    log_p = torch.log_softmax(predictions, dim=-1)
    losses = -log_p.gather(-1, labels.unsqueeze(-1)).squeeze(-1)
    return losses[keep].sum() / keep.sum().clamp(min=1)


def next_token_loss(logits, tokens, mask=None):
    if logits.dtype != torch.float64:
        logits = logits.float()
    if mask is None:
        mask = torch.ones_like(tokens, dtype=torch.bool)
    return mean_loss(logits[:, :-1], tokens[:, 1:], mask[:, 1:])
