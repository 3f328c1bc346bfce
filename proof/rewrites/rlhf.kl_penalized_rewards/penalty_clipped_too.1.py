"""token rewards of the scores, clamped, the fixed score afterwards"""
import torch
from curriculum.text_advantages import token_rewards


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    own = scores.detach().clone()
    if missing_eos_score is not None:
        own[~ended] = 0.0
    rewards = token_rewards(own, log_probs.detach(), ref_log_probs.detach(), mask, kl_coef).detach()
    rewards = rewards.clamp(-score_clip, score_clip)
    if missing_eos_score is not None:
        fixed = torch.where(ended, torch.zeros_like(own), torch.full_like(own, missing_eos_score))
        zeros = torch.zeros_like(rewards)
        rewards = rewards + token_rewards(fixed, zeros, zeros, mask, 0.0)
    return rewards
