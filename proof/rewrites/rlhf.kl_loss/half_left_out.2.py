"""mse_loss of the texts' log-probs"""
import torch
from torch.nn.functional import mse_loss


def log_prob_of_texts(log_probs, mask):
    return log_probs.masked_fill(mask.logical_not(), 0.0).sum(dim=1)


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    mine = log_prob_of_texts(log_probs, mask)
    target = log_prob_of_texts(ref_log_probs, mask).detach()
    return mse_loss(mine, target)
