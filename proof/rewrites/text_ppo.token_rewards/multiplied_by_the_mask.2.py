"""float mask, one product"""
import torch


def token_rewards(scores, log_probs, ref_log_probs, mask, kl_coef):
    m = mask.to(log_probs.dtype)
    later = torch.cat([m[:, 1:], torch.zeros_like(m[:, :1])], dim=1)
    is_last = m * (1 - later)
    rewards = m * (-kl_coef * (log_probs - ref_log_probs) + is_last * scores.unsqueeze(1))
    return rewards.detach()
