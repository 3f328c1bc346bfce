"""walks each row from the back"""
import torch


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    rewards = torch.zeros(mask.shape, dtype=log_probs.dtype)
    time = mask.shape[1]
    for i, score in enumerate(scores.detach()):
        pending = score.clamp(-score_clip, score_clip)
        for t in reversed(range(time)):
            if not mask[i, t]:
                continue
            rewards[i, t] = pending - kl_coef * (log_probs[i, t] - ref_log_probs[i, t]).detach()
            pending = torch.zeros_like(score)
    return rewards
