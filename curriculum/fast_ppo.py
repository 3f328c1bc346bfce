"""The same PPO as `curriculum.train_ppo`, several times sooner: NumPy, gradients derived by hand, flat parameters.

Nothing is approximated: on the same samples both give the same gradient and the same parameters, to rounding, and a
test holds that. What differs is what the processor does between the multiplications:
- the gradients are four formulas, derived below, so no graph is recorded and walked;
- all parameters lie in one vector, and so do their gradients: the norm, the clip and Adam are a few operations on a
  vector instead of a few for each of twelve arrays;
- acting uses the policy alone, and values are computed for a whole rollout at once;
- the environment is a batch too, and no tensor is made or converted anywhere.

Symbols: B samples of a minibatch; ℓ = log π(a | s), ρ = exp(ℓ − ℓ_old), z the logits, p = softmax(z), v = V(s).
`flat` holds weights (out, in) and biases, layer after layer, of the policy and then of the value function: the order
of `torch.nn.utils.parameters_to_vector`.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from curriculum.advantages import explained_variance, gae
from curriculum.environments import VectorEnv
from curriculum.rollouts import Episodes, Rollout
from curriculum.train_ppo import PPOConfig

HIDDEN = (64, 64)


def surrogate_gradient(log_probs: np.ndarray, old: np.ndarray, advantages: np.ndarray, clip: float) -> np.ndarray:
    """∂/∂ℓ of −mean min(ρA, clip(ρ)A): −ρA / B where the unclipped term is the smaller one, else 0."""
    ratio = np.exp(log_probs - old)
    rising = advantages > 0
    stopped = (rising & (ratio > 1 + clip)) | (~rising & (ratio < 1 - clip))
    return np.where(stopped, 0.0, ratio * advantages) / -len(ratio)


def value_gradient(values: np.ndarray, old: np.ndarray, returns: np.ndarray, clip: float) -> np.ndarray:
    """∂/∂v of ½ mean max((v − R)², (v′ − R)²): the error of the larger one, where v still moves it, / B."""
    errors = values - returns
    if clip < math.inf:
        moved = values - old
        clipped = old + np.clip(moved, -clip, clip) - returns
        # Where v left the range, v′ stays as v moves; where that is the larger error too, nothing pulls.
        errors = np.where((np.abs(moved) > clip) & (clipped**2 > errors**2), 0.0, errors)
    return errors / len(errors)


def logits_gradient(by_log_prob: np.ndarray, by_entropy: float, log_p: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """From ∂/∂ℓ (B,) and ∂/∂(entropy of a sample) to ∂/∂z (B, actions); `chosen` is 1 at the action, else 0.

    ∂ℓ/∂z = chosen − p, and ∂H/∂z = −p · (log p + H).
    """
    p = np.exp(log_p)
    gradient = by_log_prob[:, None] * (chosen - p)
    if by_entropy:
        entropy = -(p * log_p).sum(axis=1, keepdims=True)
        gradient -= by_entropy * p * (log_p + entropy)
    return gradient


def log_softmax(logits: np.ndarray) -> np.ndarray:
    shifted = logits - logits.max(axis=-1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return shifted


class Network:
    """Linear layers with tanh between them; weights and gradients are views into two flat vectors."""

    def __init__(self, sizes: Sequence[int], flat: np.ndarray, gradient: np.ndarray) -> None:
        self.layers: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []
        start = 0
        for fan_in, fan_out in itertools.pairwise(sizes):
            middle, end = start + fan_out * fan_in, start + fan_out * (fan_in + 1)
            weight, weight_gradient = (vector[start:middle].reshape(fan_out, fan_in) for vector in (flat, gradient))
            self.layers.append((weight, flat[middle:end], weight_gradient, gradient[middle:end]))
            start = end
        self.inputs: list[np.ndarray] = []

    def forward(self, x: np.ndarray) -> np.ndarray:
        """(B, in) → (B, out), remembering what each layer read."""
        self.inputs = [x]
        for weight, bias, _, _ in self.layers[:-1]:
            x = x @ weight.T
            x += bias
            np.tanh(x, out=x)
            self.inputs.append(x)
        weight, bias, _, _ = self.layers[-1]
        return x @ weight.T + bias

    def backward(self, d: np.ndarray) -> None:
        """From ∂loss/∂output (B, out) of the last `forward` to the gradients of all its weights.

        For y = xWᵀ + b: ∂/∂W = dᵀx, ∂/∂b = Σd, ∂/∂x = dW. Behind a tanh, x = tanh(u) and ∂x/∂u = 1 − x².
        """
        for (weight, _, weight_gradient, bias_gradient), x in zip(
            reversed(self.layers), reversed(self.inputs), strict=True
        ):
            np.matmul(d.T, x, out=weight_gradient)
            np.sum(d, axis=0, out=bias_gradient)
            if x is not self.inputs[0]:
                d = d @ weight
                d *= 1 - x * x


class Adam:
    """Adam on one vector, as in torch: `eps` is added after the corrected square root (Kingma & Ba 2015)."""

    def __init__(self, size: int, dtype: np.dtype, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-5) -> None:
        self.mean, self.square = np.zeros(size, dtype), np.zeros(size, dtype)
        self.beta1, self.beta2, self.eps = beta1, beta2, eps
        self.steps = 0

    def step(self, flat: np.ndarray, gradient: np.ndarray, learning_rate: float) -> None:
        """Move `flat` in place."""
        self.steps += 1
        self.mean += (1 - self.beta1) * (gradient - self.mean)
        self.square += (1 - self.beta2) * (gradient * gradient - self.square)
        root = np.sqrt(self.square)
        root /= math.sqrt(1 - self.beta2**self.steps)
        root += self.eps
        flat -= learning_rate / (1 - self.beta1**self.steps) * (self.mean / root)


def orthogonal(shape: tuple[int, ...], gain: float, rng: np.random.Generator) -> np.ndarray:
    """A random matrix with orthonormal rows or columns, whichever are fewer, times `gain` (Saxe et al. 2014)."""
    q, r = np.linalg.qr(rng.standard_normal((max(shape), min(shape))))
    q *= np.sign(np.diag(r))  # without it, the QR's own signs are not uniform
    return gain * (q if q.shape == shape else q.T)


class FastPPO:
    """A training run as `train_ppo.PPO` is one, for an environment with discrete actions."""

    def __init__(self, env: VectorEnv, config: PPOConfig, dtype: type = np.float32) -> None:
        self.env, self.config = env, config
        self.rng = np.random.default_rng(config.seed)
        shapes = [(env.observation_size, *HIDDEN, last) for last in (env.actions, 1)]
        sizes = [sum(b * (a + 1) for a, b in itertools.pairwise(shape)) for shape in shapes]
        self.flat: np.ndarray = np.zeros(sum(sizes), dtype)
        self.gradient = np.zeros_like(self.flat)
        self.policy = Network(shapes[0], self.flat[: sizes[0]], self.gradient[: sizes[0]])
        self.value = Network(shapes[1], self.flat[sizes[0] :], self.gradient[sizes[0] :])
        for network, last_gain in ((self.policy, 0.01), (self.value, 1.0)):
            for weight, *_ in network.layers:
                last = weight is network.layers[-1][0]
                weight[:] = orthogonal(weight.shape, last_gain if last else math.sqrt(2), self.rng)
        self.adam = Adam(len(self.flat), self.flat.dtype)
        self.observations: np.ndarray = env.reset(config.seed).astype(dtype)
        self.episodes = Episodes(env.envs)
        self.updates = 0
        self.seconds = 0.0

    def update(self) -> dict[str, float]:
        """Act, then learn from it; what was measured."""
        started = time.perf_counter()
        rollout = self.collect()
        advantages, values = self.advantages(rollout)
        samples = self.samples(rollout, advantages, values)
        self.improve(samples, self.orders())
        self.updates += 1
        self.seconds += time.perf_counter() - started
        return self.measured(samples)

    def collect(self) -> Rollout:
        """Act for `steps` steps, from where the last rollout ended."""
        steps, envs, dtype = self.config.steps, self.env.envs, self.flat.dtype
        seen, led_to = (np.empty((steps, envs, self.env.observation_size), dtype) for _ in range(2))
        actions = np.empty((steps, envs), np.int64)
        log_probs, rewards = (np.empty((steps, envs), dtype) for _ in range(2))
        terminated, truncated = (np.empty((steps, envs), bool) for _ in range(2))
        draws = self.rng.random((steps, envs, 1))
        rows = np.arange(envs)
        for t in range(steps):
            seen[t] = self.observations
            log_p = log_softmax(self.policy.forward(seen[t]))
            # The first action whose cumulated probability is not below the draw; the last one needs no bound.
            actions[t] = (np.exp(log_p[:, :-1]).cumsum(axis=1) < draws[t]).sum(axis=1)
            log_probs[t] = log_p[rows, actions[t]]
            self.observations, rewards[t], terminated[t], truncated[t], led_to[t] = self.env.step(actions[t])
            self.episodes.add(rewards[t], terminated[t] | truncated[t])
        return Rollout(seen, actions, log_probs, rewards, terminated, truncated, led_to)

    def advantages(self, rollout: Rollout) -> tuple[np.ndarray, np.ndarray]:
        """The advantages and the values, both (steps, envs)."""
        steps, envs, size = rollout.observations.shape
        values = self.value.forward(rollout.observations.reshape(-1, size)).reshape(steps, envs)
        # What a step led to is what the next one sees, but for the last step and where an episode ended.
        next_values = np.empty_like(values)
        next_values[:-1] = values[1:]
        apart = rollout.terminated | rollout.truncated
        apart[-1] = True
        next_values[apart] = self.value.forward(rollout.final_observations[apart])[:, 0]
        ends = (rollout.terminated, rollout.truncated)
        advantages = gae(rollout.rewards, values, next_values, *ends, self.config.gamma, self.config.gae_lambda)
        return advantages, values

    def samples(self, rollout: Rollout, advantages: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, ...]:
        """Observations, actions as rows of 0 and 1, old log-probabilities, advantages, values and returns."""
        observations = rollout.observations.reshape(-1, self.env.observation_size)
        chosen = np.eye(self.env.actions, dtype=self.flat.dtype)[rollout.actions.ravel()]
        columns = (rollout.log_probs, advantages, values, advantages + values)
        return observations, chosen, *(column.ravel() for column in columns)

    def orders(self) -> Iterator[np.ndarray]:
        """A fresh order of the samples for each epoch."""
        for _ in range(self.config.epochs):
            yield self.rng.permutation(self.config.steps * self.env.envs)

    def improve(self, samples: tuple[np.ndarray, ...], orders: Iterable[np.ndarray]) -> None:
        """One step of Adam for each minibatch."""
        learning_rate = self.config.learning_rate_at(self.updates)
        for order in orders:
            shuffled = [column[order] for column in samples]  # once for an epoch: the minibatches are slices of it
            size = len(order) // self.config.minibatches
            for start in range(0, len(order), size):
                self.differentiate(*(column[start : start + size] for column in shuffled))
                norm = math.sqrt(self.gradient @ self.gradient)
                if norm > self.config.max_norm:
                    self.gradient *= self.config.max_norm / (norm + 1e-6)
                self.adam.step(self.flat, self.gradient, learning_rate)

    def differentiate(
        self,
        observations: np.ndarray,
        chosen: np.ndarray,
        old_log_probs: np.ndarray,
        advantages: np.ndarray,
        old_values: np.ndarray,
        returns: np.ndarray,
    ) -> None:
        """Fill `gradient` with that of the minibatch's loss."""
        config = self.config
        if config.normalize:
            advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
        log_p = log_softmax(self.policy.forward(observations))
        log_probs = (log_p * chosen).sum(axis=1)
        by_log_prob = surrogate_gradient(log_probs, old_log_probs, advantages, config.clip_eps)
        by_entropy = -config.entropy_coef / len(observations)
        self.policy.backward(logits_gradient(by_log_prob, by_entropy, log_p, chosen))
        values = self.value.forward(observations)[:, 0]
        by_value = config.value_coef * value_gradient(values, old_values, returns, config.value_clip)
        self.value.backward(by_value[:, None])

    def measured(self, samples: tuple[np.ndarray, ...]) -> dict[str, float]:
        """The numbers to watch, after an update on these samples; as `train_ppo.PPO.measured`."""
        observations, chosen, old_log_probs, _, values, returns = samples
        log_p = log_softmax(self.policy.forward(observations))
        log_ratio = (log_p * chosen).sum(axis=1) - old_log_probs
        return {
            "update": self.updates,
            "env_steps": self.updates * len(observations),
            "episodes": self.episodes.count,
            "mean_return": self.episodes.mean,
            "approx_kl": float(np.mean(np.expm1(log_ratio) - log_ratio)),
            "clip_fraction": float(np.mean(np.abs(np.expm1(log_ratio)) > self.config.clip_eps)),
            "explained_variance": explained_variance(values, returns),
            "entropy": float(-(np.exp(log_p) * log_p).sum(axis=1).mean()),
            "learning_rate": self.config.learning_rate_at(self.updates - 1),
            "seconds": self.seconds,
        }
