"""detach on what was written, k2"""
import torch


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    written = log_probs.detach()
    diff = torch.where(mask, written, 0.0) - torch.where(mask, ref_log_probs, 0.0)
    return 0.5 * diff.sum(1).pow(2).mean()
