"""einsum of log-probabilities and the mask"""
import torch


def sft_loss(logits, tokens, mask):
    log_p = torch.log_softmax(logits[:, :-1].to(torch.float32), dim=-1)
    nll = -torch.take_along_dim(log_p, tokens[:, 1:, None], dim=-1)[..., 0]
    counts = mask.to(nll.dtype)
    total = torch.einsum("bt,bt->", nll, counts)
    return total / max(float(counts.sum()), 1.0)
