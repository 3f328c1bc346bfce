"""gather, mean over all targets"""
import torch


def next_token_loss(logits, tokens, mask=None):
    if logits.dtype != torch.float64:
        logits = logits.float()
    predictions = logits[:, :-1]
    targets = tokens[:, 1:]
    log_p = torch.log_softmax(predictions, dim=-1)
    losses = -log_p.gather(-1, targets.unsqueeze(-1)).squeeze(-1)
    count = max(losses.numel(), 1)
    return losses.sum() / count
