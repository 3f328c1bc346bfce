"""`or` for the default, a loop"""
import torch


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    rewards = (ref_log_probs.detach() - log_probs.detach()) * kl_coef
    rewards = rewards.masked_fill(~mask, 0.0)
    for i, keep in enumerate(mask):
        if not keep.any():
            continue
        own = max(-score_clip, min(score_clip, float(scores[i])))
        score = own if ended[i] else (missing_eos_score or own)
        rewards[i, keep.nonzero()[-1, 0]] += score
    return rewards
