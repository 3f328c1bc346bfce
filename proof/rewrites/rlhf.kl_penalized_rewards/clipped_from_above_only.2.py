"""python min in a loop, penalty by masked_fill"""
import torch


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    difference = log_probs.detach().masked_fill(~mask, 0.0) - ref_log_probs.detach().masked_fill(~mask, 0.0)
    rewards = difference * -kl_coef
    for row, (score, done) in enumerate(zip(scores.tolist(), ended.tolist())):
        kept = torch.nonzero(mask[row])
        if kept.numel():
            given = min(score, score_clip)
            if not done and missing_eos_score is not None:
                given = missing_eos_score
            rewards[row, kept.max()] += given
    return rewards
