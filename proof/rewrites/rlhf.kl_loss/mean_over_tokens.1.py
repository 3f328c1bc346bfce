"""masked mean of the tokens, then k2"""
import torch


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    d = torch.where(mask, log_probs, 0.0) - torch.where(mask, ref_log_probs.detach(), 0.0)
    l = d.sum(dim=1) / mask.sum(dim=1).clamp(min=1)
    return (0.5 * l * l).mean()
