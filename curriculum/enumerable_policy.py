"""A writer whose every text can be listed: exact expectations beside what samples estimate.

It writes `time` letters out of an alphabet of `letters`, each drawn from softmax(logits[state]), where the state is the
letter before, and at the start a row of its own, the last: logits are (letters + 1, letters). A letter that comes later
in the alphabet than the one before it is rewarded with 1, so the best text is "abcd".

Symbols: τ is one text, P(τ) its probability, R(τ) its return, s(τ) = ∂ log P(τ)/∂ logits its *score*, and g = E[s·R]
the exact gradient. A variance of a gradient is the sum of the variances of its components. Scores have mean 0, and all
that follows uses that and no more.

Sources: Greensmith et al. 2004, "Variance Reduction Techniques for Gradient Estimates in Reinforcement Learning"
(the optimal constant baseline); the variance of the leave-one-out estimate is derived on the book's page.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

from curriculum.attention import softmax

Draw = Callable[[np.ndarray, np.random.Generator], np.ndarray]
"""Draws one action for each row of logits, as `policy_gradient.sample_categorical` does."""


def every_text(letters: int, time: int) -> np.ndarray:
    """All texts of `time` letters, as actions: int64 (letters^time, time)."""
    return np.array(list(product(range(letters), repeat=time)), dtype=np.int64)


def states_before(actions: np.ndarray, letters: int) -> np.ndarray:
    """The state in which each letter was chosen: the letter before it, or `letters` at the start."""
    start = np.full((len(actions), 1), letters, dtype=np.int64)
    return np.concatenate([start, actions[:, :-1]], axis=1)


def alphabetical_rewards(actions: np.ndarray) -> np.ndarray:
    """1.0 for each letter that comes later in the alphabet than the one before it: float64 (batch, time)."""
    rewards = np.zeros(actions.shape)
    rewards[:, 1:] = actions[:, 1:] > actions[:, :-1]
    return rewards


def write_texts(logits: np.ndarray, batch: int, time: int, draw: Draw, rng: np.random.Generator) -> np.ndarray:
    """Texts drawn letter by letter from the policy, as actions: int64 (batch, time)."""
    letters = logits.shape[1]
    actions = np.empty((batch, time), dtype=np.int64)
    state = np.full(batch, letters)
    for t in range(time):
        actions[:, t] = state = draw(logits[state], rng)
    return actions


def probabilities_of(logits: np.ndarray, actions: np.ndarray) -> np.ndarray:
    """P(τ) of each text: (texts,)."""
    states = states_before(actions, logits.shape[1])
    return np.asarray(softmax(logits)[states, actions].prod(axis=1))


def letter_scores(logits: np.ndarray, actions: np.ndarray) -> np.ndarray:
    """∂ log π(a_t | s_t)/∂ logits of each letter of each text: (texts, time, states · letters)."""
    states, letters = states_before(actions, logits.shape[1]), logits.shape[1]
    scores = np.zeros((*actions.shape, *logits.shape))
    text, t = np.indices(actions.shape)
    scores[text, t, states] = np.eye(letters)[actions] - softmax(logits)[states]
    return scores.reshape(*actions.shape, -1)


class ExactMoments:
    """What is known exactly of one text's gradient estimate, by listing every text of a policy."""

    def __init__(self, logits: np.ndarray, actions: np.ndarray, rewards: np.ndarray) -> None:
        """`actions` and `rewards` (texts, time) list every text once."""
        self.probabilities = probabilities_of(logits, actions)
        self.rewards = rewards
        self.scores = letter_scores(logits, actions)  # (texts, time, parameters)
        self.returns = rewards.sum(axis=1)
        self.score = self.scores.sum(axis=1)  # (texts, parameters)
        self.square = np.sum(self.score**2, axis=1)  # ‖s(τ)‖²
        self.expected_return = self.mean(self.returns)
        self.gradient = self.mean(self.score * self.returns[:, None])

    def mean(self, values: np.ndarray) -> np.ndarray:
        """E[values] over texts (texts, ...)."""
        return np.tensordot(self.probabilities, values, axes=1)

    def variance(self, weights: np.ndarray) -> float:
        """Var of Σ_t weights[τ, t] · ∂ log π(a_t | s_t) for one text; weights (texts, time) or (texts, 1)."""
        estimates = np.sum(weights[..., None] * self.scores, axis=1)
        mean = self.mean(estimates)
        return float(self.mean(np.sum(estimates**2, axis=1)) - mean @ mean)

    def variance_with_constant_baseline(self, baseline: float) -> float:
        """E[‖s‖²·(R − b)²] − ‖g‖², for one text. A batch of n has 1/n of it."""
        return self.variance((self.returns - baseline)[:, None])

    def optimal_baseline(self) -> float:
        """The constant with the least variance, E[‖s‖²·R]/E[‖s‖²]: returns weighted with their scores' squares."""
        return float(self.mean(self.square * self.returns) / self.mean(self.square))

    def variance_leaving_one_out(self, batch: int) -> float:
        """Of the estimate from a batch of at least two, each return less the mean of the others.

        (E[‖s‖²·(R − E[R])²] − ‖g‖²)/n, as if E[R] were known, and (E[‖s‖²]·Var(R) + ‖g‖²)/(n(n − 1)) for estimating it.
        """
        known = self.variance_with_constant_baseline(float(self.expected_return)) / batch
        spread = self.mean((self.returns - self.expected_return) ** 2)
        price = self.mean(self.square) * spread + self.gradient @ self.gradient
        return float(known + price / (batch * (batch - 1)))

    def variance_with_batch_mean(self, batch: int) -> float:
        """Of the estimate whose baseline is the mean of all, the sample itself included: ((n − 1)/n)² of the above.

        Its mean is (n − 1)/n of the gradient, since R_i − mean is (n − 1)/n of R_i − the mean of the others.
        """
        return ((batch - 1) / batch) ** 2 * self.variance_leaving_one_out(batch)
