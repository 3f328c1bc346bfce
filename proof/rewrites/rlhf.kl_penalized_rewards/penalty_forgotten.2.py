"""loop over rows"""
import torch


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    rewards = log_probs.new_zeros(log_probs.shape)
    for row, keep, score, done in zip(rewards, mask, scores.tolist(), ended.tolist()):
        kept = keep.nonzero().flatten().tolist()
        if not kept:
            continue
        if done or missing_eos_score is None:
            row[kept[-1]] = max(min(score, score_clip), -score_clip)
        else:
            row[kept[-1]] = missing_eos_score
    return rewards
