"""whole arrays, ends from a shifted mask"""
import torch
import torch.nn.functional as F


@torch.no_grad()
def token_rewards(scores, log_probs, ref_log_probs, mask, kl_coef):
    gap = torch.where(mask, log_probs - ref_log_probs, 0.0)
    previous = F.pad(mask[:, :-1], (1, 0), value=False)
    ends = previous & ~mask
    rewards = -kl_coef * gap
    return rewards + torch.where(ends, scores[:, None], 0.0)
