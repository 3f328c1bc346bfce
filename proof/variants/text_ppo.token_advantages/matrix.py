"""A triangular matrix of decays times the deltas; the variance by the mean of squares of what is centred."""
import torch


def token_advantages(rewards, values, mask, gamma, lam):
    time = mask.shape[1]
    r, v = (torch.where(mask, x.detach(), torch.zeros((), dtype=x.dtype)) for x in (rewards, values))
    following = torch.cat([v[:, 1:], torch.zeros_like(v[:, :1])], dim=1)
    deltas = r + gamma * following - v
    # the column before the first kept token sees its value: only kept deltas count
    deltas = torch.where(mask, deltas, torch.zeros((), dtype=deltas.dtype))
    i = torch.arange(time)
    ahead = (i[None, :] - i[:, None]).clamp(min=0).to(r.dtype)
    decay = torch.tril(torch.tensor(gamma * lam, dtype=r.dtype) ** ahead.T).T
    advantages = torch.einsum("bs,ts->bt", deltas, decay)
    return torch.where(mask, advantages, torch.zeros((), dtype=r.dtype))


def whiten(advantages, mask):
    a = advantages.detach()
    n = int(mask.sum())
    clean = a.masked_fill(~mask, 0.0)
    mean = clean.sum() / n
    centred = (clean - mean) * mask.to(a.dtype)
    std = torch.sqrt(torch.sum(centred * centred) / n)
    return centred / (std + 1e-8)
