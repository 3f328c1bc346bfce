"""fills the final scores in two assignments"""
import torch


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    log_probs, ref_log_probs, scores = (x.detach() for x in (log_probs, ref_log_probs, scores))
    final = torch.zeros_like(scores)
    final[ended] = scores[ended].clip(-score_clip, score_clip)
    if missing_eos_score is not None:
        final[~ended] = missing_eos_score

    rewards = torch.zeros(mask.shape, dtype=log_probs.dtype)
    rewards[mask] = -kl_coef * (log_probs[mask] - ref_log_probs[mask])
    index = (mask * torch.arange(1, mask.shape[1] + 1)).argmax(dim=1, keepdim=True)
    some = mask.any(dim=1)
    return rewards.scatter_add(1, index, (final * some)[:, None])
