"""k3 for all tokens, summed over the text"""
import torch


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    with torch.no_grad():
        ref = torch.where(mask, ref_log_probs, 0.0)
    d = ref - torch.where(mask, log_probs, 0.0)
    k3 = torch.exp(d) - d - 1
    return k3.sum(1).mean()
