"""loop that passes over rows with nothing to see"""
import torch


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    reference = ref_log_probs.detach()
    terms = []
    for i, keep in enumerate(mask):
        if not bool(keep.any()):
            continue
        ell = log_probs[i][keep].sum() - reference[i][keep].sum()
        terms.append(0.5 * ell.square())
    if not terms:
        return log_probs[mask].sum()
    return torch.stack(terms).mean()
