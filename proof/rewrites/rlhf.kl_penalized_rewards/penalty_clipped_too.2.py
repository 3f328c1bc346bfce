"""loop over texts and tokens, plain floats"""
import torch


def bounded(x, c):
    return max(-c, min(c, x))


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    rewards = torch.zeros(mask.shape, dtype=log_probs.dtype)
    for i in range(mask.shape[0]):
        kept = [t for t in range(mask.shape[1]) if mask[i, t]]
        replace = missing_eos_score is not None and not bool(ended[i])
        for t in kept:
            reward = -kl_coef * (log_probs[i, t].item() - ref_log_probs[i, t].item())
            if t == kept[-1] and not replace:
                reward += scores[i].item()
            reward = bounded(reward, score_clip)
            if t == kept[-1] and replace:
                reward += missing_eos_score
            rewards[i, t] = reward
    return rewards
