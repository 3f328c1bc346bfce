"""log-likelihood of the kept tokens"""
import torch


def sft_loss(logits, tokens, mask):
    log_p = logits[:, :-1][mask].float().log_softmax(dim=-1)
    kept = log_p.gather(1, tokens[:, 1:][mask].unsqueeze(1))
    return kept.sum() / max(len(kept), 1)
