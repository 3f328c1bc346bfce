"""one text at a time"""
import torch


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    total = log_probs.new_zeros(())
    for ours, theirs, keep in zip(log_probs, ref_log_probs.detach(), mask):
        total = total + ours[keep].sum() - theirs[keep].sum()
    return total / log_probs.shape[0]
