"""The last kept token is that from which on one is left, by a cumulative sum from the back; only kept entries are computed."""
import torch


def token_rewards(scores, log_probs, ref_log_probs, mask, kl_coef):
    with torch.no_grad():
        left = mask.long().sum(1, keepdim=True) - mask.long().cumsum(1) + mask.long()
        final = torch.logical_and(mask, left.eq(1))
        rewards = torch.zeros(mask.shape, dtype=log_probs.dtype)
        rewards[mask] = (log_probs[mask] - ref_log_probs[mask]) * -kl_coef
        rewards += torch.einsum("b,bt->bt", scores, final.to(scores.dtype))
    return rewards
