"""mean of the log-ratios, then one half of its square"""
import torch


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    l = (log_probs.masked_fill(~mask, 0) - ref_log_probs.detach().masked_fill(~mask, 0)).sum(1)
    kl = l.mean()
    return 0.5 * kl ** 2
