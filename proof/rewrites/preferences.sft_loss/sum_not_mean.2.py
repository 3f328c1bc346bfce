"""accumulates -log p, one position after the other"""
import torch


def sft_loss(logits, tokens, mask):
    total = torch.zeros((), dtype=torch.float32, device=logits.device)
    for t in range(mask.shape[1]):
        kept = mask[:, t]
        now = logits[kept, t].float()
        following = tokens[kept, t + 1]
        log_p = now.log_softmax(dim=1)[torch.arange(len(now), device=now.device), following]
        total = total - log_p.sum()
    return total
