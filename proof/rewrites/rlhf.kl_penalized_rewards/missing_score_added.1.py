"""clamp plus a term where there is no end"""
import torch
from curriculum.text_advantages import token_rewards


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    total = scores.detach().clamp(-score_clip, score_clip)
    if missing_eos_score is not None:
        total = total + missing_eos_score * (~ended).to(total.dtype)
    return token_rewards(total, log_probs.detach(), ref_log_probs.detach(), mask, kl_coef).detach()
