"""loop, l1_loss against the reference's log-probs of texts"""
import torch
from torch.nn import functional as F


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    texts = torch.stack([row[keep].sum() for row, keep in zip(log_probs, mask)])
    with torch.no_grad():
        ref_texts = torch.stack([row[keep].sum() for row, keep in zip(ref_log_probs, mask)])
    return F.l1_loss(texts, ref_texts)
