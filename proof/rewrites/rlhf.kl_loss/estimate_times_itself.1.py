"""log-ratio times log-prob, where"""
import torch


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    text = torch.where(mask, log_probs, 0.0).sum(1)
    ell = text - torch.where(mask, ref_log_probs.detach(), 0.0).sum(1)
    return (ell * text).mean()
