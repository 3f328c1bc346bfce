"""plus the penalty, where"""
import torch


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    with torch.no_grad():
        s = scores.clamp(-score_clip, score_clip)
        if missing_eos_score is not None:
            s = s.masked_fill(~ended, missing_eos_score)
        new = log_probs.masked_fill(~mask, 0.0)
        ref = ref_log_probs.masked_fill(~mask, 0.0)
        rewards = kl_coef * (new - ref)
        last = (mask.shape[1] - 1) - mask.flip(dims=[1]).to(torch.int8).argmax(dim=1)
        rows = torch.arange(mask.shape[0])
        rewards[rows, last] += s * mask.any(dim=1)
        return rewards
