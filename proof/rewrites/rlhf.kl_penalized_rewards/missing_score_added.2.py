"""rewards first, then the fixed score at the last kept column"""
import torch


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    with torch.no_grad():
        kl = log_probs.masked_fill(~mask, 0.0) - ref_log_probs.masked_fill(~mask, 0.0)
        rewards = -kl_coef * kl
        rows = mask.any(dim=1).nonzero().squeeze(1)
        last = mask.size(1) - 1 - mask.flip(1).int().argmax(dim=1)
        rewards[rows, last[rows]] += torch.clip(scores, -score_clip, score_clip)[rows]
        if missing_eos_score is not None:
            cut_off = rows[~ended[rows]]
            rewards[cut_off, last[cut_off]] += missing_eos_score
    return rewards
