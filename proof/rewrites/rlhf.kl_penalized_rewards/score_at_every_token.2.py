"""kept tokens in a row, scores by row number"""
import torch


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    with torch.no_grad():
        text, _ = torch.nonzero(mask, as_tuple=True)
        each = scores.clamp(min=-score_clip, max=score_clip).clone()
        if missing_eos_score is not None:
            each[ended.logical_not()] = missing_eos_score
        flat = each[text] + kl_coef * ref_log_probs[mask] - kl_coef * log_probs[mask]
        rewards = torch.zeros(mask.shape, dtype=log_probs.dtype)
        rewards[mask] = flat
    return rewards
