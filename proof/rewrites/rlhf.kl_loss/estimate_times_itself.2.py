"""dot product of log-ratios and log-probs over the batch"""
import torch


def sum_kept(x, mask):
    return x.masked_fill(~mask, 0).sum(-1)


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    log_pi = sum_kept(log_probs, mask)
    weight = log_pi - sum_kept(ref_log_probs, mask).detach()
    return torch.einsum("b,b->", weight, log_pi) / len(log_pi)
