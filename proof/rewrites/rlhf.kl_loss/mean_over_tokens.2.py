"""loop over the texts"""
import torch


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    losses = []
    ref_log_probs = ref_log_probs.detach()
    for b in range(log_probs.shape[0]):
        keep = mask[b]
        difference = log_probs[b, keep] - ref_log_probs[b, keep]
        if keep.any():
            losses.append(difference.mean() ** 2 / 2)
        else:
            losses.append(difference.sum())
    return sum(losses) / len(losses)
