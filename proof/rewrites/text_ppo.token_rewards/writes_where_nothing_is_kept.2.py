"""plain loop that remembers the last kept column"""
import torch


def token_rewards(scores, log_probs, ref_log_probs, mask, kl_coef):
    log_ratio = (log_probs - ref_log_probs).detach()
    rewards = torch.zeros_like(log_ratio)
    for i, row in enumerate(mask.tolist()):
        end = -1
        for t, kept in enumerate(row):
            if kept:
                rewards[i, t] = -kl_coef * log_ratio[i, t]
                end = t
        rewards[i, end] += scores[i].detach()
    return rewards
