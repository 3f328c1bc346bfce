"""One matrix of weights for each environment, and an einsum of it with the TD errors."""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    steps = len(rewards)
    alive = 1.0 - terminated.astype(np.float64)
    deltas = rewards + gamma * alive * next_values - values
    episode = np.cumsum(terminated | truncated, axis=0)
    episode = np.concatenate([np.zeros_like(episode[:1]), episode[:-1]])  # ends before this step
    t = np.arange(steps)
    ahead = t[None, :] - t[:, None]
    same = (episode[None, :, :] == episode[:, None, :]) & (ahead >= 0)[:, :, None]
    weights = np.where(same, (gamma * lam) ** np.clip(ahead, 0, None)[:, :, None], 0.0)
    return np.einsum("tke,ke->te", weights, deltas).astype(rewards.dtype)
