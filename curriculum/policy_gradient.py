"""Policy gradients from samples: draws, returns, baselines and the score-function estimator, in NumPy.

Symbols: π(a | s) = softmax(logits[s])[a] is a table, a row of logits for each state; `states, actions` are int64 and
`rewards` floats, all (batch, time), and r_t is paid for action a_t. A *return* is a sum of rewards: of a whole episode
(batch,), or from t on, the *reward-to-go* (batch, time). `gamma` is the discount in [0, 1].

Sources: Williams 1992, "Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement Learning"
(REINFORCE, theorem 1); Sutton et al. 2000, "Policy Gradient Methods for Reinforcement Learning with Function
Approximation"; Kool et al. 2019, "Buy 4 REINFORCE Samples, Get a Baseline for Free!" (leave-one-out); Maddison et al.
2014, "A* Sampling" (Gumbel-max).

Departures: the reward-to-go is discounted from t, not from the start: the exact gradient of a discounted return has a
further factor γ^t, which nearly all code leaves out.
"""

from __future__ import annotations

import numpy as np

from curriculum.attention import softmax


def sample_categorical(logits: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One action for each row of `logits` (..., actions), drawn with its softmax probability: int64 (...).

    By the Gumbel-max law: argmax(logits + noise) has the distribution softmax(logits), for independent standard Gumbel
    noise. It needs no exp, so large logits do not overflow, and an action with logit -inf is never drawn.
    """
    return np.argmax(logits + rng.gumbel(size=logits.shape), axis=-1)


def discounted_returns(rewards: np.ndarray, gamma: float) -> np.ndarray:
    """The return of each episode as seen from its start, Σ_t γ^t · r_t: (batch, time) → (batch,), of the same dtype."""
    powers = gamma ** np.arange(rewards.shape[1])
    return (rewards @ powers).astype(rewards.dtype)


def rewards_to_go(rewards: np.ndarray, gamma: float) -> np.ndarray:
    """What is still to come at each time, G_t = r_t + γ·r_{t+1} + γ²·r_{t+2} + …: (batch, time), of the same dtype.

    Backwards in time, G_t = r_t + γ·G_{t+1}: no power of γ is divided by, which would be 0/0 for γ = 0.
    """
    returns = rewards.copy()
    for t in range(rewards.shape[1] - 2, -1, -1):
        returns[:, t] += gamma * returns[:, t + 1]
    return returns


def mean_baseline(returns: np.ndarray) -> np.ndarray:
    """The mean over the batch, for every sample: (batch, ...) → (batch, ...).

    It contains the sample's own return, so the estimator's mean shrinks to (n − 1)/n of the gradient.
    """
    return np.full_like(returns, returns.mean(axis=0))


def leave_one_out_baseline(returns: np.ndarray) -> np.ndarray:
    """For each sample the mean of the *other* samples' returns: (batch, ...) → (batch, ...). A sample alone gets 0.

    Independent of the sample itself, so the estimator stays unbiased (Kool et al. 2019, equation 8).
    """
    others = max(len(returns) - 1, 1)
    return (returns.sum(axis=0) - returns) / others


def exponential_baseline(returns: np.ndarray, decay: float) -> np.ndarray:
    """The baseline of each update, from the batches of *earlier* updates: (updates, batch) → (updates,).

    A weighted mean of their mean returns: the latest weighs 1, the one before it `decay`, then decay², and so on; decay
    lies in [0, 1]. The first update has nothing to go by, and gets 0.
    """
    baselines = np.zeros(len(returns), returns.dtype)
    total = weight = 0.0
    for update in range(1, len(returns)):
        total = returns[update - 1].mean() + decay * total
        weight = 1.0 + decay * weight
        baselines[update] = total / weight
    return baselines


def score_function_gradient(
    logits: np.ndarray, states: np.ndarray, actions: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """REINFORCE's estimate (1/batch) Σ_b Σ_t weights[b, t] · ∂ log π(a_t | s_t)/∂ logits: (states, actions).

    By the logits of its own state ∂ log π(a | s) is onehot(a) − π(· | s), and 0 by those of others. So each state's row
    holds the weight of what was chosen there, less the same weight spread as the policy spreads its choices.
    """
    chosen = np.zeros_like(logits)
    np.add.at(chosen, (states, actions), weights)  # a plain += would count a pair that comes twice only once
    spread = chosen.sum(axis=1, keepdims=True) * softmax(logits)
    return (chosen - spread) / len(actions)


def exact_gradient(logits: np.ndarray, states: np.ndarray, actions: np.ndarray, returns: np.ndarray) -> np.ndarray:
    """∂/∂ logits of J = Σ_τ P(τ)·returns[τ], where `states, actions` (sequences, time) list every sequence τ once.

    P(τ) = Π_t π(a_t | s_t), since the next state follows from the actions. ∂P(τ) = P(τ) · ∂ log P(τ), so this is the
    sum of all scores, each weighted with P(τ)·returns[τ]: (states, actions).
    """
    probabilities = softmax(logits)[states, actions].prod(axis=1)  # (sequences,)
    weights = np.broadcast_to((probabilities * returns)[:, None], actions.shape)
    return len(actions) * score_function_gradient(logits, states, actions, weights)


def normalize_returns(returns: np.ndarray) -> np.ndarray:
    """Returns with mean 0 and (population) standard deviation 1 over the batch, each time by itself: (batch, ...).

    Where all returns of a batch are equal, nothing is to be learnt from them, and they become exactly 0.
    """
    # Rounding can give equal numbers a deviation of 1e-17. Their range is 0 without fail, and x/inf is 0.
    deviation = np.where(np.ptp(returns, axis=0), returns.std(axis=0), np.inf)
    return (returns - returns.mean(axis=0)) / deviation
