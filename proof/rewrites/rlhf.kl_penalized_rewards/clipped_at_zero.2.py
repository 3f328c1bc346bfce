"""relu, last position by a cumulative sum"""
import torch


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    with torch.no_grad():
        bounded = torch.relu(scores).clamp(max=score_clip)
        if missing_eos_score is not None:
            bounded = torch.where(ended, bounded, missing_eos_score)
        zero = torch.zeros_like(log_probs)
        rewards = torch.where(mask, kl_coef * (ref_log_probs - log_probs), zero)
        seen = mask.long().cumsum(dim=1)
        is_last = mask & (seen == seen[:, -1:])
        return rewards + torch.where(is_last, bounded[:, None], zero)
