"""Policies and the value function beside them: small networks with tanh, as CleanRL and Stable-Baselines3 use them.

Symbols: `observations` are float32 (batch, observation_size). `distribution(observations)` stands for π(· | s) of each
row: `sample()` draws an action for each, `log_prob(actions)` is log π(a | s) in nats, `entropy()` is in nats; the last
two are (batch,). The value V(s) has a network of its own, so that its errors do not reach the policy.

Weights start orthogonal, with a gain of √2 before a tanh. The last layer of a policy starts at a hundredth: at first
all actions are about equally likely. That of the value starts at a gain of 1 (Huang et al. 2022, "The 37
Implementation Details of Proximal Policy Optimization", detail 2).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor, nn

from curriculum.continuous import (
    gaussian_entropy,
    gaussian_log_prob,
    gaussian_sample,
    squashed_entropy,
    squashed_log_prob,
)


class Distribution(Protocol):
    """What a policy says of the actions, for each observation of a batch."""

    def sample(self) -> Tensor:
        """One action for each; no gradient flows through it."""
        ...

    def log_prob(self, actions: Tensor) -> Tensor:
        """(batch,), in nats."""
        ...

    def entropy(self) -> Tensor:
        """(batch,), in nats."""
        ...


class Policy(nn.Module):
    """A module that gives a distribution over actions for each observation."""

    def distribution(self, observations: Tensor) -> Distribution:
        raise NotImplementedError


def mlp(sizes: Sequence[int], last_gain: float) -> nn.Sequential:
    """Linear layers from sizes[0] to sizes[-1] with tanh between them, orthogonal at first, biases zero."""
    layers: list[nn.Module] = []
    for place, (fan_in, fan_out) in enumerate(itertools.pairwise(sizes)):
        linear = nn.Linear(fan_in, fan_out)
        last = place == len(sizes) - 2
        nn.init.orthogonal_(linear.weight, last_gain if last else math.sqrt(2))
        nn.init.zeros_(linear.bias)
        layers += [linear] if last else [linear, nn.Tanh()]
    return nn.Sequential(*layers)


class Categorical:
    """One of `actions` by the softmax of `logits` (batch, actions)."""

    def __init__(self, logits: Tensor) -> None:
        self.log_probs = logits.log_softmax(dim=-1)

    def sample(self) -> Tensor:
        """int64 (batch,)."""
        return torch.multinomial(self.log_probs.detach().exp(), 1).squeeze(-1)

    def log_prob(self, actions: Tensor) -> Tensor:
        return self.log_probs.gather(-1, actions.unsqueeze(-1)).squeeze(-1)

    def entropy(self) -> Tensor:
        return -(self.log_probs.exp() * self.log_probs).sum(dim=-1)


class CategoricalPolicy(Policy):
    """Chooses one of `actions`; `net` gives the logits."""

    def __init__(self, observation_size: int, actions: int, hidden: Sequence[int] = (64, 64)) -> None:
        super().__init__()
        self.net = mlp([observation_size, *hidden, actions], last_gain=0.01)

    def distribution(self, observations: Tensor) -> Categorical:
        return Categorical(self.net(observations))


class ValueNet(nn.Module):
    """V(s): the return that is expected from each observation."""

    def __init__(self, observation_size: int, hidden: Sequence[int] = (64, 64)) -> None:
        super().__init__()
        self.net = mlp([observation_size, *hidden, 1], last_gain=1.0)

    def value(self, observations: Tensor) -> Tensor:
        """(batch,)."""
        return self.net(observations).squeeze(-1)


class Gaussian:
    """Independent normals about `mean` (batch, k), with the standard deviations exp(log_std) (k,)."""

    def __init__(self, mean: Tensor, log_std: Tensor) -> None:
        self.mean, self.log_std = mean, log_std

    def sample(self) -> Tensor:
        """(batch, k). It has no bounds: what an environment cannot take it clips, and the policy remembers this."""
        return gaussian_sample(self.mean, self.log_std)

    def log_prob(self, actions: Tensor) -> Tensor:
        return gaussian_log_prob(actions, self.mean, self.log_std)

    def entropy(self) -> Tensor:
        return gaussian_entropy(self.log_std).expand(self.mean.shape[:-1])


class GaussianPolicy(Policy):
    """`net` gives the mean of each of `actions` numbers; the standard deviations are the same in every state."""

    def __init__(
        self, observation_size: int, actions: int, hidden: Sequence[int] = (64, 64), log_std: float = 0.0
    ) -> None:
        super().__init__()
        self.net = mlp([observation_size, *hidden, actions], last_gain=0.01)
        self.log_std = nn.Parameter(torch.full((actions,), log_std))

    def distribution(self, observations: Tensor) -> Gaussian:
        return Gaussian(self.net(observations), self.log_std)


class SquashedGaussian(Gaussian):
    """As `Gaussian`, but for actions within bounds: what is drawn and asked about is u, the action before `squash`.

    An action at a bound does not tell its u any more. So u is what is remembered, and the environment squashes it
    (`wrappers.SquashedActions`).
    """

    SAMPLES = 16
    """For each estimate of an entropy."""

    def __init__(self, mean: Tensor, log_std: Tensor, low: Tensor, high: Tensor) -> None:
        super().__init__(mean, log_std)
        self.low, self.high = low, high

    def log_prob(self, actions: Tensor) -> Tensor:
        return squashed_log_prob(actions, self.mean, self.log_std, self.low, self.high)

    def entropy(self) -> Tensor:
        """An estimate, from noise that is drawn anew each time."""
        noise = torch.randn(self.SAMPLES, *self.mean.shape)
        return squashed_entropy(noise, self.mean, self.log_std, self.low, self.high)


class SquashedGaussianPolicy(GaussianPolicy):
    """A Gaussian policy whose actions are squashed into [low, high], (k,) each."""

    low: Tensor
    high: Tensor

    def __init__(
        self,
        observation_size: int,
        low: Sequence[float],
        high: Sequence[float],
        hidden: Sequence[int] = (64, 64),
        log_std: float = 0.0,
    ) -> None:
        super().__init__(observation_size, len(low), hidden, log_std)
        self.register_buffer("low", torch.tensor(low))
        self.register_buffer("high", torch.tensor(high))

    def distribution(self, observations: Tensor) -> SquashedGaussian:
        return SquashedGaussian(self.net(observations), self.log_std, self.low, self.high)
