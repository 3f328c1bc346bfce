"""reverse cumulative count, flat boolean indexing"""
import torch


def token_rewards(scores, log_probs, ref_log_probs, mask, kl_coef):
    lp = log_probs.detach()
    ref = ref_log_probs.detach()
    cost = kl_coef * (lp[mask] - ref[mask])
    out = torch.zeros_like(lp)
    out[mask] = -cost
    out[:, -1] += scores.detach() * mask.any(1)
    return out
