"""log_softmax and two index lists"""
import torch


def sft_loss(logits, tokens, mask):
    rows, columns = torch.nonzero(mask, as_tuple=True)
    if not len(rows):
        return torch.zeros((), dtype=torch.float32, device=logits.device)
    log_p = torch.log_softmax(logits[rows, columns], dim=1)
    right = log_p[torch.arange(len(rows), device=log_p.device), tokens[rows, columns + 1]]
    return -right.mean().to(torch.float32)
