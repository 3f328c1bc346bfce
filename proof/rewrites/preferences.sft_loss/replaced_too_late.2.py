"""log_softmax of everything, the kept entries selected from it"""
import torch


def sft_loss(logits, tokens, mask):
    log_p = logits.float().log_softmax(dim=-1)
    following = tokens[:, 1:].unsqueeze(-1)
    nll = -log_p[:, :-1].gather(2, following).squeeze(2)
    kept = nll[mask]
    return kept.sum() / max(kept.numel(), 1)
