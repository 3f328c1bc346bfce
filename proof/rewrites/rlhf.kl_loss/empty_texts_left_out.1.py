"""k2 over the number of texts that keep something"""
import torch


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    d = torch.where(mask, log_probs, 0.0) - torch.where(mask, ref_log_probs.detach(), 0.0)
    k2 = 0.5 * d.sum(dim=1) ** 2
    return k2.sum() / mask.any(dim=1).sum().clamp(min=1)
