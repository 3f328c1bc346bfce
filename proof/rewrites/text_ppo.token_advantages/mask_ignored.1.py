"""textbook loop over columns"""
import torch


@torch.no_grad()
def token_advantages(rewards, values, mask, gamma, lam):
    batch, time = rewards.shape
    advantages = torch.zeros(batch, time, dtype=rewards.dtype)
    gae = torch.zeros(batch, dtype=rewards.dtype)
    for t in reversed(range(time)):
        following = values[:, t + 1] if t + 1 < time else torch.zeros(batch, dtype=values.dtype)
        delta = rewards[:, t] + gamma * following - values[:, t]
        gae = delta + gamma * lam * gae
        advantages[:, t] = gae
    return advantages.masked_fill(~mask, 0)


@torch.no_grad()
def whiten(advantages, mask):
    kept = advantages[mask]
    out = torch.zeros_like(advantages)
    out[mask] = (kept - kept.mean()) / (kept.std(unbiased=False) + 1e-8)
    return out
