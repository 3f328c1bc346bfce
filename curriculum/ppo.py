"""The parts of PPO's loss, and the numbers to watch while it falls (Schulman et al. 2017, "Proximal Policy Optimization
Algorithms").

Symbols: `old_log_probs` are those with which the actions were drawn, `log_probs` those under the policy as it is now,
and ratio = exp(log_probs − old_log_probs). `returns` are what the values are to predict. What is data to a loss (old
log-probabilities, advantages, old values, returns) is detached in it. Where the advantages come from: `advantages.py`.

Departures from the paper: the value loss is clipped, as in the authors' own code (`openai/baselines`, ppo2). Advantages
are divided by the standard deviation of n, not n − 1, so that a batch of one is defined.
"""

from __future__ import annotations

import torch
from torch import Tensor


def normalize_advantages(advantages: Tensor) -> Tensor:
    """(A − mean) / (standard deviation + 1e-8), over all entries: mean 0 and variance 1, in the shape of A."""
    return (advantages - advantages.mean()) / (advantages.std(correction=0) + 1e-8)


def clipped_surrogate(log_probs: Tensor, old_log_probs: Tensor, advantages: Tensor, clip: float) -> Tensor:
    """−mean of min(ratio·A, clip(ratio, 1 − clip, 1 + clip)·A): the policy's loss (Schulman et al. 2017, equation 7).

    All of one shape; ValueError where they are not. The gradient reaches `log_probs` alone.
    """
    if not log_probs.shape == old_log_probs.shape == advantages.shape:
        raise ValueError(f"shapes differ: {log_probs.shape}, {old_log_probs.shape}, {advantages.shape}")
    advantages = advantages.detach()
    ratio = (log_probs - old_log_probs.detach()).exp()
    clipped = ratio.clamp(1.0 - clip, 1.0 + clip)
    # The smaller of the two: nothing is gained by moving further than the clip, but a move the wrong way is paid for.
    return -torch.minimum(ratio * advantages, clipped * advantages).mean()


def clipped_value_loss(values: Tensor, old_values: Tensor, returns: Tensor, clip: float) -> Tensor:
    """½ · mean of max((v − R)², (v′ − R)²), where v′ is v moved to within `clip` of the old value.

    All of one shape; ValueError where they are not. The gradient reaches `values` alone.
    """
    if not values.shape == old_values.shape == returns.shape:
        raise ValueError(f"shapes differ: {values.shape}, {old_values.shape}, {returns.shape}")
    old_values, returns = old_values.detach(), returns.detach()
    clipped = old_values + (values - old_values).clamp(-clip, clip)
    return 0.5 * torch.maximum((values - returns) ** 2, (clipped - returns) ** 2).mean()


def categorical_entropy(logits: Tensor) -> Tensor:
    """−Σ p·log p in nats over the last axis, p = softmax(logits): (…, actions) → (…).

    A logit of −inf is an action that cannot be taken, and adds nothing; each row needs a finite one.
    """
    # The clamp changes only −inf, whose product with p = 0 would be NaN.
    log_p = logits.log_softmax(dim=-1).clamp(min=torch.finfo(logits.dtype).min)
    return -(log_p.exp() * log_p).sum(dim=-1)


def approx_kl(log_probs: Tensor, old_log_probs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Three estimates, for each sample, of KL(old ‖ new), where actions were drawn from the old policy.

    With ℓ = log_probs − old_log_probs: k1 = −ℓ, k2 = ℓ²/2, k3 = e^ℓ − 1 − ℓ (Schulman 2020, "Approximating KL
    Divergence"). The means of k1 and k3 are the KL; k2 and k3 are never negative.
    """
    log_ratio = log_probs - old_log_probs
    # expm1: in exp(ℓ) − 1 the 1 swallows the digits of a small ℓ.
    return -log_ratio, 0.5 * log_ratio**2, torch.expm1(log_ratio) - log_ratio
