"""running sums in a loop"""
import torch


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    total, tokens = log_probs.new_zeros(()), 0
    for new, ref, keep in zip(log_probs.unbind(0), ref_log_probs.detach().unbind(0), mask.unbind(0)):
        ratio = torch.sum(new[keep] - ref[keep])
        total = total + ratio * ratio / 2
        tokens += int(keep.sum())
    return total / max(tokens, 1)
