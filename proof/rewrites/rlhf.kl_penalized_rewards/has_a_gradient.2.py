"""penalty under no_grad, scores put in by index"""
import torch


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    with torch.no_grad():
        rewards = kl_coef * (ref_log_probs.masked_fill(~mask, 0.0) - log_probs.masked_fill(~mask, 0.0))
    rows, columns = [], []
    for i, keep in enumerate(mask.tolist()):
        if any(keep):
            rows.append(i)
            columns.append(max(t for t, k in enumerate(keep) if k))
    if not rows:
        return rewards
    final = scores.clip(-score_clip, score_clip)
    if missing_eos_score is not None:
        final = final.masked_fill(ended.logical_not(), missing_eos_score)
    place = (torch.tensor(rows), torch.tensor(columns))
    return rewards.index_put(place, final[rows], accumulate=True)
