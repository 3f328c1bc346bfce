"""a helper for the texts' log-probs, mse_loss"""
import torch
from torch import nn


def of_texts(token_log_probs, mask):
    return torch.stack([row[keep].sum() for row, keep in zip(token_log_probs, mask)])


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    return 0.5 * nn.functional.mse_loss(of_texts(log_probs, mask), of_texts(ref_log_probs, mask))
