"""token_rewards with reference first"""
import torch
from curriculum.text_advantages import token_rewards


def final_scores(scores, ended, limit, missing):
    clipped = torch.minimum(torch.maximum(scores, torch.full_like(scores, -limit)), torch.full_like(scores, limit))
    if missing is None:
        return clipped
    return torch.where(ended, clipped, torch.full_like(scores, missing))


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    chosen = final_scores(scores.detach(), ended, score_clip, missing_eos_score)
    return token_rewards(chosen, ref_log_probs.detach(), log_probs.detach(), mask, kl_coef).detach()
