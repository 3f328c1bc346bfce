"""PPO's functions: advantages, the clipped losses, and the numbers to watch (Schulman et al. 2016 and 2017).

Symbols: a rollout holds `steps` of each of `envs` environments. `values[t]` is V(s_t), and `next_values[t]` is V of the
observation that step t led to, before any reset. A step is `terminated` where the task ended there: nothing follows, so
what follows is worth 0. It is `truncated` where only the recording ended (a time limit): the task would have gone on.
`old_log_probs` are those with which the actions were drawn; ratio = exp(log_probs − old_log_probs).

Advantages are computed once for a rollout and are data: NumPy. The losses have gradients: torch. What is data to a loss
(old log-probabilities, advantages, old values, returns) is detached in it.

Departures from the papers: the value loss is clipped, as in the authors' code (`openai/baselines`, ppo2). Advantages
are divided by the standard deviation of n, not n − 1, so that a batch of one is defined.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


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

    All arrays are (steps, envs): three of floats, two of booleans. δ_t = r_t + γ·V(what step t led to) − V(s_t), and
    A_t = δ_t + γλ·A_{t+1} until the episode or the rollout ends.
    """
    # A termination is worth 0 from there on. A truncation is not: there the value of the last observation stands in.
    deltas = rewards + gamma * np.where(terminated, 0.0, next_values) - values
    # Both end the recursion: the next row belongs to another episode.
    decay = np.where(terminated | truncated, 0.0, gamma * lam)
    advantages = np.empty_like(rewards)
    following = np.zeros(rewards.shape[1])  # the advantage one step later
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
    if np.all(returns == returns.flat[0]):  # rounding can leave such returns a variance just above 0
        return float("nan")
    returns = returns.astype(np.float64)
    return float(1.0 - np.var(returns - values) / np.var(returns))


def normalize_advantages(advantages: Tensor) -> Tensor:
    """(A − mean) / (standard deviation + 1e-8), over all entries: mean 0 and variance 1, in the shape of A."""
    return (advantages - advantages.mean()) / (advantages.std(correction=0) + 1e-8)


def clipped_surrogate(log_probs: Tensor, old_log_probs: Tensor, advantages: Tensor, clip: float) -> Tensor:
    """−mean of min(ratio·A, clip(ratio, 1 − clip, 1 + clip)·A): the policy's loss (Schulman et al. 2017, equation 7).

    All of one shape; ValueError where they are not. The gradient reaches `log_probs` alone.
    """
    if not log_probs.shape == old_log_probs.shape == advantages.shape:
        shapes = [tuple(x.shape) for x in (log_probs, old_log_probs, advantages)]
        raise ValueError(f"log_probs, old_log_probs and advantages differ in shape: {shapes}")
    advantages = advantages.detach()
    ratio = (log_probs - old_log_probs.detach()).exp()
    clipped = ratio.clamp(1.0 - clip, 1.0 + clip)
    # The smaller of the two: no gain from moving further than the clip, but a loss from having moved the wrong way.
    return -torch.minimum(ratio * advantages, clipped * advantages).mean()


def clipped_value_loss(values: Tensor, old_values: Tensor, returns: Tensor, clip: float) -> Tensor:
    """½ · mean of max((v − R)², (v′ − R)²), where v′ is v moved to within `clip` of the old value.

    All of one shape; ValueError where they are not. The gradient reaches `values` alone.
    """
    if not values.shape == old_values.shape == returns.shape:
        shapes = [tuple(x.shape) for x in (values, old_values, returns)]
        raise ValueError(f"values, old_values and returns differ in shape: {shapes}")
    old_values, returns = old_values.detach(), returns.detach()
    clipped = old_values + (values - old_values).clamp(-clip, clip)
    return 0.5 * torch.maximum((values - returns) ** 2, (clipped - returns) ** 2).mean()


def categorical_entropy(logits: Tensor) -> Tensor:
    """−Σ p·log p in nats over the last axis, p = softmax(logits): (…, actions) → (…).

    A logit of −inf is an action that cannot be taken, and adds nothing; each row needs a finite one.
    """
    log_p = logits.log_softmax(dim=-1)
    p = log_p.exp()
    # 0 · log 0 is 0 here; as it stands it would be NaN.
    return -(p * log_p.masked_fill(p == 0.0, 0.0)).sum(dim=-1)


def approx_kl(log_probs: Tensor, old_log_probs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Three estimates, for each sample, of KL(old ‖ new), where actions were drawn from the old policy.

    With ℓ = log_probs − old_log_probs: k1 = −ℓ, k2 = ℓ²/2, k3 = e^ℓ − 1 − ℓ (Schulman 2020, "Approximating KL
    Divergence"). k1 and k3 are unbiased; k2 and k3 are never negative.
    """
    log_ratio = log_probs - old_log_probs
    # expm1: with exp, the 1 would swallow the digits of a small ratio.
    return -log_ratio, 0.5 * log_ratio**2, torch.expm1(log_ratio) - log_ratio
