"""softmax, gather, log"""
import torch


def sft_loss(logits, tokens, mask):
    p = torch.softmax(logits[:, :-1][mask].float(), dim=-1)
    p_right = p.gather(-1, tokens[:, 1:][mask].unsqueeze(-1))
    return -p_right.log().sum() / mask.sum().clamp(min=1)
