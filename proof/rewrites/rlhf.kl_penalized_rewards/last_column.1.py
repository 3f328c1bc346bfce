"""rewards[:, -1]"""
import torch


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    log_probs, ref_log_probs = log_probs.detach(), ref_log_probs.detach()
    rewards = torch.zeros(mask.shape, dtype=log_probs.dtype)
    rewards[mask] = -kl_coef * (log_probs[mask] - ref_log_probs[mask])
    final = scores.detach().clamp(-score_clip, score_clip)
    if missing_eos_score is not None:
        final = final.masked_fill(~ended, missing_eos_score)
    rewards[:, -1] += final * mask.any(dim=1)
    return rewards
