"""Advantages of a rollout, and how well its values predict (Schulman et al. 2016, "High-Dimensional Continuous Control
Using Generalized Advantage Estimation").

Symbols: a rollout holds `steps` of each of `envs` environments; all arrays are (steps, envs). `values[t]` is V(s_t);
`next_values[t]` is V of the observation that step t led to, before any reset. A step is `terminated` where the task
ended there: nothing follows, so what follows is worth 0. It is `truncated` where only the recording ended, by a time
limit: the task would have gone on.

Departure from the paper: it knows no truncation.
"""

from __future__ import annotations

import numpy as np


def gae(
    rewards: np.ndarray,
    values: np.ndarray,
    next_values: np.ndarray,
    terminated: np.ndarray,
    truncated: np.ndarray,
    gamma: float,
    lam: float,
) -> np.ndarray:
    """Generalised advantage estimates (steps, envs), in the dtype of `rewards` (Schulman et al. 2016, equation 16).

    δ_t = r_t + γ·V(what step t led to) − V(s_t), and A_t = δ_t + γλ·A_{t+1} until the episode or the rollout ends.
    rewards, values, next_values: floats (steps, envs). terminated, truncated: booleans (steps, envs).
    """
    # After a termination nothing follows. After a truncation something would have, and its value stands for it.
    deltas = rewards + gamma * np.where(terminated, 0.0, next_values) - values
    # Both end the recursion: the next row belongs to another episode.
    decay = np.where(terminated | truncated, 0.0, gamma * lam)
    advantages = np.empty_like(rewards)
    following = np.zeros(rewards.shape[1])  # the advantage one step later, of each environment
    for t in reversed(range(len(rewards))):
        following = deltas[t] + decay[t] * following
        advantages[t] = following
    return advantages


def explained_variance(values: np.ndarray, returns: np.ndarray) -> float:
    """1 − Var(returns − values) / Var(returns), over all entries: 1 is perfect, 0 no better than a constant.

    NaN where all returns are equal. Raises ValueError where the shapes differ.
    """
    if values.shape != returns.shape:
        raise ValueError(f"values {values.shape} and returns {returns.shape} differ in shape")
    if not np.ptp(returns):  # rounding can leave equal returns a variance just above 0
        return float("nan")
    return float(1.0 - np.var(returns - values) / np.var(returns))
