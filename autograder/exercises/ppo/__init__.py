"""Judgements of chapter 4's formulas of PPO: from rewards to advantages, and from there to a loss.

What the statements leave open is not judged: rollouts without a step, inputs that are not finite (but for the −inf of a
logit), the gradient where a ratio or a value lies exactly on the edge of the clip, and gradients of what is only
watched.
"""

from .approx_kl import approx_kl
from .entropy import entropy
from .explained_variance import explained_variance
from .gae import gae
from .normalize_advantages import normalize_advantages
from .surrogate import surrogate
from .value_loss import value_loss

__all__ = [
    "approx_kl",
    "entropy",
    "explained_variance",
    "gae",
    "normalize_advantages",
    "surrogate",
    "value_loss",
]
