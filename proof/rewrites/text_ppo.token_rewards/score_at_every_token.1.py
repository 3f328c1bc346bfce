"""flat boolean indexing"""
import torch


def token_rewards(scores, log_probs, ref_log_probs, mask, kl_coef):
    lp = log_probs.detach()
    ref = ref_log_probs.detach()
    text_of = mask.nonzero()[:, 0]
    cost = kl_coef * (lp[mask] - ref[mask])
    gain = scores.detach()[text_of]
    out = torch.zeros_like(lp)
    out[mask] = gain - cost
    return out
