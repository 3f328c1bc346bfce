"""loop with start plus length"""
import torch


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    batch, time = log_probs.shape
    rewards = torch.zeros((batch, time), dtype=log_probs.dtype)
    for i in range(batch):
        length = int(mask[i].sum())
        if length == 0:
            continue
        start = int(mask[i].int().argmax())
        end = start + length
        rewards[i, start:end] = -kl_coef * (log_probs[i, start:end] - ref_log_probs[i, start:end]).detach()
        score = scores[i].detach().clamp(-score_clip, score_clip)
        if missing_eos_score is not None and not ended[i]:
            score = torch.tensor(missing_eos_score, dtype=log_probs.dtype)
        if end < time:
            rewards[i, end] += score
    return rewards
