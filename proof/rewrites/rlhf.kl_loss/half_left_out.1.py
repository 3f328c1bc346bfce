"""square and mean"""
import torch


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    zeros = torch.zeros_like(log_probs)
    per_token = torch.where(mask, log_probs, zeros) - torch.where(mask, ref_log_probs.detach(), zeros)
    return per_token.sum(dim=-1).square().mean()
