"""reverse cumulative count, flat boolean indexing"""
import torch


def token_rewards(scores, log_probs, ref_log_probs, mask, kl_coef):
    lp = log_probs.detach()
    ref = ref_log_probs.detach()
    text_of = mask.nonzero()[:, 0]
    still_to_come = mask.flip(1).cumsum(1).flip(1)[mask]
    cost = kl_coef * (lp[mask].exp() - ref[mask].exp())
    gain = scores.detach()[text_of] * (still_to_come == 1)
    out = torch.zeros_like(lp)
    out[mask] = gain - cost
    return out
