"""inner product of the log-ratios with themselves"""
import torch


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    row = mask.nonzero()[:, 0]
    difference = log_probs[mask] - ref_log_probs[mask].detach()
    ell = log_probs.new_zeros(mask.size(0)).scatter_add(0, row, difference)
    return 0.5 * torch.dot(ell, ell)
