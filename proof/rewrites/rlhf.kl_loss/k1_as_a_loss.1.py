"""masked_fill, sum over a text, mean over texts"""
import torch


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    new = log_probs.masked_fill(~mask, 0.0)
    ref = ref_log_probs.detach().masked_fill(~mask, 0.0)
    log_ratio = (new - ref).sum(dim=1)
    return log_ratio.mean()
