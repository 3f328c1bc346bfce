"""first column behind the text, found with arange"""
import torch


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    """Return the reward of each token (batch, time): its share of the KL penalty, at the last kept one a score too.

    The score (batch,) is clipped to +-score_clip; a text that has not ended gets missing_eos_score, if that is not None.
    """
    with torch.no_grad():
        final = scores.clamp(-score_clip, score_clip)
        if missing_eos_score is not None:
            final = torch.where(ended, final, torch.full_like(final, missing_eos_score))
        rewards = torch.where(mask, -kl_coef * (log_probs - ref_log_probs), torch.zeros_like(log_probs))
        column = torch.arange(mask.shape[1]).expand(mask.shape)
        end = torch.where(mask, column + 1, torch.zeros_like(column)).max(dim=1).values
        at_end = (column == end[:, None]) & mask.any(dim=1, keepdim=True)
        return torch.where(at_end, rewards + final[:, None], rewards)
