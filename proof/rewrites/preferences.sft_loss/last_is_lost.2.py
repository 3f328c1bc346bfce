"""text by text, positions without the final one"""
import torch


def answer_losses(logits, tokens, mask):
    """-log p of one text's answer: (answer,)."""
    positions = mask.nonzero().flatten()[:-1]
    log_p = logits[positions].float().log_softmax(dim=-1)
    return -log_p.gather(1, tokens[positions + 1].unsqueeze(1)).squeeze(1)


def sft_loss(logits, tokens, mask):
    losses = torch.cat([answer_losses(*text) for text in zip(logits, tokens, mask)])
    if losses.numel() == 0:
        return losses.sum()
    return losses.mean()
