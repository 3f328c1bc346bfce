"""What FlashAttention computes, in double precision and by the whole matrix of scores, as the exercises must not."""

from __future__ import annotations

from typing import Any

import numpy as np


def by_definition(q: np.ndarray, k: np.ndarray, v: np.ndarray, visible: Any = True) -> tuple[np.ndarray, np.ndarray]:
    """Output and logsumexp in double precision, from the whole matrix of scores."""
    q, k, v = (array.astype(np.float64) for array in (q, k, v))
    scores = np.where(visible, q @ k.T / np.sqrt(q.shape[1]), -np.inf)
    largest = scores.max(axis=1)
    powers = np.exp(scores - largest[:, None])
    return powers @ v / powers.sum(axis=1)[:, None], largest + np.log(powers.sum(axis=1))


def visible_to(queries: np.ndarray, key_time: int) -> np.ndarray:
    """Which keys the queries at these positions see under the causal rule."""
    return queries[:, None] >= np.arange(key_time)


def vjp(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, grad_output: np.ndarray, visible: Any = True
) -> list[tuple[np.ndarray, float]]:
    """The gradients in double precision, from the whole matrix of weights, each with the size of its largest terms."""
    output, logsumexp = by_definition(q, k, v, visible)
    q, k, v, grad_output = (array.astype(np.float64) for array in (q, k, v, grad_output))
    scale = 1.0 / np.sqrt(q.shape[1])
    weights = np.exp(np.where(visible, q @ k.T * scale, -np.inf) - logsumexp[:, None])
    grad_weights = grad_output @ v.T
    grad_scores = weights * (grad_weights - (weights * grad_weights).sum(axis=1, keepdims=True))
    terms = weights * (np.abs(grad_output) @ np.abs(v).T + np.abs(grad_output * output).sum(axis=1, keepdims=True))
    return [
        (grad_scores @ k * scale, float(np.max(terms @ np.abs(k) * scale))),
        (grad_scores.T @ q * scale, float(np.max(terms.T @ np.abs(q) * scale))),
        (weights.T @ grad_output, float(np.max(weights.T @ np.abs(grad_output)))),
    ]
