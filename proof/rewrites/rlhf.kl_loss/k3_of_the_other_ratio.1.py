"""exp of the log-ratio, where"""
import torch


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    ref_log_probs = ref_log_probs.detach()
    new = torch.where(mask, log_probs, torch.zeros_like(log_probs)).sum(1)
    old = torch.where(mask, ref_log_probs, torch.zeros_like(ref_log_probs)).sum(1)
    log_ratio = new - old
    return (log_ratio.exp() - 1 - log_ratio).mean()
