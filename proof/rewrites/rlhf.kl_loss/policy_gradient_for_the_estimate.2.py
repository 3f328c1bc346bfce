"""REINFORCE with the log-ratio as cost, no_grad, loop"""
import torch


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    loss = torch.zeros((), dtype=log_probs.dtype)
    for new, ref, keep in zip(log_probs, ref_log_probs, mask):
        log_pi = new[keep].sum()
        with torch.no_grad():
            cost = log_pi - ref[keep].sum()
        loss = loss + cost * log_pi
    return loss / mask.shape[0]
