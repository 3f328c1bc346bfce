"""penalty over the number of kept tokens"""
import torch


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    with torch.no_grad():
        n = mask.sum(dim=1, keepdim=True).clamp(min=1)
        divergence = log_probs.masked_fill(~mask, 0.0) - ref_log_probs.masked_fill(~mask, 0.0)
        rewards = -kl_coef * divergence / n
        final = scores.clamp(-score_clip, score_clip)
        if missing_eos_score is not None:
            final = torch.where(ended, final, missing_eos_score)
        last = mask & (mask.cumsum(dim=1) == n)
        rewards += last * final[:, None]
        return rewards
