"""loop over texts and tokens"""
import torch


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    ref_log_probs = ref_log_probs.detach()
    batch, time = log_probs.shape
    squares = []
    for b in range(batch):
        ell = log_probs[b, 0] - ref_log_probs[b, 0]
        for t in range(1, time):
            ell = ell + (log_probs[b, t] - ref_log_probs[b, t])
        squares.append(ell * ell)
    return torch.stack(squares).mean() / 2
