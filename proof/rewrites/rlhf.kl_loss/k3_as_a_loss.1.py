"""torch.where, formula as it stands"""
import torch


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    zero = torch.zeros_like(log_probs)
    l = (torch.where(mask, log_probs, zero) - torch.where(mask, ref_log_probs.detach(), zero)).sum(-1)
    return (torch.exp(-l) - 1 + l).mean()
