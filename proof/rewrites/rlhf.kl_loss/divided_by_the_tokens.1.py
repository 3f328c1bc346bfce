"""k2 of texts, divided by mask.sum()"""
import torch


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    l = log_probs.masked_fill(~mask, 0.0).sum(1) - ref_log_probs.detach().masked_fill(~mask, 0.0).sum(1)
    k2 = 0.5 * l.pow(2)
    return k2.sum() / mask.sum().clamp(min=1)
