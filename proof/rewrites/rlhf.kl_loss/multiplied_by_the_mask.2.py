"""einsum with a float mask"""
import torch


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    weights = mask.to(log_probs.dtype)
    ell = torch.einsum("bt,bt->b", log_probs - ref_log_probs.detach(), weights)
    return torch.mean(ell.pow(2) / 2)
