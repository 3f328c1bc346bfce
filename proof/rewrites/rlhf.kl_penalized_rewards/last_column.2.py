"""penalty with token_rewards of zero scores, scores joined as a column"""
import torch
from curriculum.text_advantages import token_rewards


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    with torch.no_grad():
        charge = token_rewards(torch.zeros_like(scores), log_probs, ref_log_probs, mask, kl_coef)
        given = torch.clip(scores, -score_clip, score_clip)
        if missing_eos_score is not None:
            given = torch.where(ended, given, torch.full_like(given, missing_eos_score))
        given = torch.where(mask.any(dim=1), given, torch.zeros_like(given))
        return torch.cat([charge[:, :-1], (charge[:, -1] + given).unsqueeze(1)], dim=1)
