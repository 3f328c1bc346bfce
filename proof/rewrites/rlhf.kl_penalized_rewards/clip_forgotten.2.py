"""loop over the texts, column of the last kept token"""
import torch


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    log_probs, ref_log_probs = log_probs.detach(), ref_log_probs.detach()
    rewards = torch.zeros(log_probs.shape, dtype=log_probs.dtype)
    for i in range(len(scores)):
        columns = mask[i].nonzero().flatten()
        if len(columns) == 0:
            continue
        rewards[i, columns] = -kl_coef * (log_probs[i, columns] - ref_log_probs[i, columns])
        score = scores[i].item()
        if missing_eos_score is not None and not ended[i]:
            score = missing_eos_score
        rewards[i, columns[-1]] += score
    return rewards
