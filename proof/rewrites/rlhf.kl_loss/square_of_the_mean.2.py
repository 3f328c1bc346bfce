"""boolean indexing, all kept tokens at once"""
import torch


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    number_of_texts = log_probs.size(0)
    k1 = (log_probs[mask] - ref_log_probs.detach()[mask]).sum() / number_of_texts
    return k1.pow(2).div(2)
