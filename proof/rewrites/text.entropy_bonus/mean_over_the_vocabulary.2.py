"""loop over the vocabulary, accumulating"""
import torch


def entropy_bonus(logits, mask):
    x = logits.narrow(1, 0, logits.size(1) - 1).double()
    z = x - x.max(dim=2, keepdim=True).values.detach()
    log_norm = torch.logsumexp(z, dim=2)
    acc = torch.zeros_like(log_norm)
    vocab = x.size(2)
    for v in range(vocab):
        lp = z[:, :, v] - log_norm
        acc = acc - torch.exp(lp) * lp.masked_fill(torch.isinf(lp), 0.0)
    acc = acc / vocab
    picked = acc.masked_select(mask)
    return picked.sum() / max(picked.numel(), 1)
