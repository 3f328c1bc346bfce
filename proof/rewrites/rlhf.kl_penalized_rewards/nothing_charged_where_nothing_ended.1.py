"""coefficient times ended"""
import torch


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    with torch.no_grad():
        zero = torch.zeros_like(log_probs)
        log_ratio = torch.where(mask, log_probs - ref_log_probs, zero)
        coefficient = kl_coef * ended.to(log_probs.dtype)
        penalty = coefficient[:, None] * log_ratio
        final = scores.clamp(-score_clip, score_clip)
        if missing_eos_score is not None:
            final = torch.where(ended, final, torch.full_like(final, missing_eos_score))
        count = mask.cumsum(dim=1)
        last = mask & (count == mask.sum(dim=1, keepdim=True))
        return torch.where(last, final[:, None], zero) - penalty
