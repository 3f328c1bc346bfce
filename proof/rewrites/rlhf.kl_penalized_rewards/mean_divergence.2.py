"""one text at a time, token_rewards with a coefficient of its own"""
import torch
from curriculum.text_advantages import token_rewards


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    rows = []
    for i in range(mask.shape[0]):
        one = slice(i, i + 1)
        score = scores[one].detach().clamp(-score_clip, score_clip)
        if missing_eos_score is not None and not ended[i].item():
            score = torch.full_like(score, missing_eos_score)
        length = max(mask[i].sum().item(), 1)
        rows.append(token_rewards(score, log_probs[one], ref_log_probs[one], mask[one], kl_coef / length).detach())
    return torch.cat(rows)
