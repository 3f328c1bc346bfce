"""two plain loops over rows and columns"""
import torch


def token_rewards(scores, log_probs, ref_log_probs, mask, kl_coef):
    batch, time = mask.shape
    pi, ref, given = log_probs.detach(), ref_log_probs.detach(), scores.detach()
    rewards = torch.zeros(batch, time, dtype=log_probs.dtype)
    for row in range(batch):
        columns = [c for c in range(time) if mask[row, c]]
        for c in columns:
            rewards[row, c] = given[row] / len(columns) - kl_coef * (pi[row, c] - ref[row, c])
    return rewards
