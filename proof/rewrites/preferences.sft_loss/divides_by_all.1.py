"""zeros where nothing counts, and a mean"""
import torch


def sft_loss(logits, tokens, mask):
    safe = torch.where(mask.unsqueeze(-1), logits[:, :-1].float(), 0.0)
    log_p = safe.log_softmax(-1).gather(-1, tokens[:, 1:, None]).squeeze(-1)
    return torch.where(mask, -log_p, 0.0).mean()
