"""loop backwards over columns, batch at once; whiten by boolean indexing"""
import torch


@torch.no_grad()
def token_advantages(rewards, values, mask, gamma, lam):
    r = torch.where(mask, rewards, 0.0)
    v = torch.where(mask, values, 0.0)
    batch, time = mask.shape
    adv = torch.zeros(batch, time, dtype=rewards.dtype)
    next_v = torch.zeros(batch, dtype=rewards.dtype)
    next_a = torch.zeros(batch, dtype=rewards.dtype)
    for t in range(time - 1, -1, -1):
        delta = r[:, t] + gamma * next_v - v[:, t]
        a = delta + gamma * lam * next_a
        next_a = torch.where(mask[:, t], a, 0.0)
        next_v = v[:, t]
        adv[:, t] = next_a
    return whiten(adv, mask) if mask.any() else adv


@torch.no_grad()
def whiten(advantages, mask):
    kept = advantages[mask]
    out = torch.zeros_like(advantages)
    out[mask] = (kept - kept.mean()) / (kept.std(correction=0) + 1e-8)
    return out
