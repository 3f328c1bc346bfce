"""helper for the texts' log-ratios, expm1"""
import torch


def text_log_ratios(log_probs, ref_log_probs, mask):
    rows = []
    for i in range(len(mask)):
        rows.append((log_probs[i][mask[i]] - ref_log_probs[i][mask[i]]).sum())
    return torch.stack(rows)


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    ratio = text_log_ratios(log_probs, ref_log_probs.detach(), mask)
    estimates = torch.expm1(-ratio) + ratio
    return torch.mean(estimates)
