"""a flag for the next column, one loop"""
import torch


@torch.no_grad()
def token_advantages(rewards, values, mask, gamma, lam):
    batch, time = mask.shape
    goes_on = torch.zeros_like(mask)
    goes_on[:, :-1] = mask[:, 1:]
    out = torch.zeros(batch, time, dtype=rewards.dtype)
    running = torch.zeros(batch, dtype=rewards.dtype)
    for t in range(time - 1, -1, -1):
        delta = rewards[:, t] - values[:, t]
        if t + 1 < time:
            delta = delta + torch.where(goes_on[:, t], gamma * values[:, t + 1], 0.0)
        running = delta + gamma * lam * running
        out[:, t] = running
    return torch.where(mask, out, 0.0)


def whiten(advantages, mask):
    with torch.no_grad():
        kept = advantages[mask]
        z = (kept - kept.mean()) / (kept.var(correction=0).sqrt() + 1e-8)
        return torch.zeros_like(advantages).masked_scatter(mask, z)
