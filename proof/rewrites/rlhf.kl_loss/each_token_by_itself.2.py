"""kept tokens in a row, divided by the number of texts"""
import torch


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    kept_new = torch.masked_select(log_probs, mask)
    kept_ref = torch.masked_select(ref_log_probs.detach(), mask)
    squares = torch.square(kept_new - kept_ref)
    return squares.sum() / (2 * mask.shape[0])
