"""two kinds of text, each with its own branch of the loop"""
import torch
from curriculum.text_advantages import token_rewards


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    rewards = token_rewards(
        scores.detach().clamp(-score_clip, score_clip), log_probs.detach(), ref_log_probs.detach(), mask, kl_coef
    ).detach().clone()
    if missing_eos_score is not None:
        for i in (~ended).nonzero().flatten().tolist():
            rewards[i] = 0.0
            columns = mask[i].nonzero().flatten()
            if columns.numel() > 0:
                rewards[i, columns[-1]] = missing_eos_score
    return rewards
