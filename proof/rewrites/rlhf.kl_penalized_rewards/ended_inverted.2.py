"""masked_fill with ended, own penalty"""
import torch


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    log_probs = log_probs.detach()
    penalty = torch.where(mask, log_probs - ref_log_probs.detach(), torch.zeros_like(log_probs)) * kl_coef
    bonus = scores.detach().clamp(min=-score_clip, max=score_clip)
    if missing_eos_score is not None:
        bonus = bonus.masked_fill(ended, missing_eos_score)
    following = torch.cat([mask[:, 1:], torch.zeros_like(mask[:, :1])], dim=1)
    last = mask & ~following
    return last.to(penalty.dtype) * bonus.unsqueeze(1) - penalty
