"""a helper for the final score of one text, numpy-like indexing"""
import torch


def final_score(score, has_ended, c, missing):
    if not has_ended and missing is not None:
        score = missing
    return min(max(score, -c), c)


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    last_scores = [final_score(s, e, score_clip, missing_eos_score) for s, e in zip(scores.tolist(), ended.tolist())]
    out = torch.zeros_like(log_probs.detach())
    out[mask] = kl_coef * (ref_log_probs.detach()[mask] - log_probs.detach()[mask])
    positions = torch.arange(mask.size(1)).expand(mask.shape).masked_fill(~mask, -1)
    last = positions.max(dim=1).values
    for i, t in enumerate(last.tolist()):
        if t >= 0:
            out[i, t] += last_scores[i]
    return out
