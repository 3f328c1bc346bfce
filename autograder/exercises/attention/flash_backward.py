"""Judgement of `attention.flash_attention_backward` (Dao et al. 2022, algorithm 4).

Symbols: weights = exp(scores - logsumexp) (query_time, key_time); grad_weights = grad_output vᵀ; the row term of a query
is Σⱼ weights · grad_weights = grad_output · output. The oracle has the whole matrix, as the exercise must not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical, no_coarser, same_type
from autograder.submission import Submission

from .flash_forward import by_definition, visible_to
from .flash_memory import TIMES, WIDE, long_time, within
from .scaled_dot_product import growth

flash_backward = Judgement(
    "attention.flash_attention_backward",
    hints=(
        "Forget the tiles at first. Write down the gradients for v, for the weights, for the scores, and for q and k, "
        "in this order: each needs only the one before it.",
        "The gradient of a query's softmax subtracts Σⱼ weights · grad_weights over all keys. Put the definition of "
        "grad_weights in: which two vectors that you are given have this sum as their dot product?",
        "In each tile: the scores again, weights = exp(scores - logsumexp), grad_weights = grad_output @ v.T, and "
        "grad_scores = weights * (grad_weights - row term). Hidden scores are -inf, and their weights then 0.",
        "A tile adds to three results: weights.T @ grad_output to its rows of grad_v, grad_scores @ k to its rows of "
        "grad_q, and grad_scores.T @ q to its rows of grad_k, the last two divided by √head_dim.",
    ),
)
NAME = "flash_attention_backward"
GRADIENTS = ("grad_q", "grad_k", "grad_v")


def vjp(arrays: list[np.ndarray], visible: Any = True) -> list[tuple[np.ndarray, float]]:
    """Each gradient in double precision, from the whole matrix, and how large its terms are.

    `arrays`: q, k, v, output, logsumexp and grad_output.
    """
    q, k, v, output, logsumexp, grad_output = (array.astype(np.float64) for array in arrays)
    scale = 1.0 / np.sqrt(q.shape[1])
    weights = np.where(visible, np.exp(np.where(visible, q @ k.T * scale, -np.inf) - logsumexp[:, None]), 0.0)
    grad_weights = grad_output @ v.T
    grad_scores = weights * (grad_weights - (weights * grad_weights).sum(axis=1, keepdims=True))
    terms = weights * (np.abs(grad_output) @ np.abs(v).T + (np.abs(grad_output) * np.abs(output)).sum(1, keepdims=True))
    return [
        (grad_scores @ k * scale, float(np.max(terms @ np.abs(k) * scale))),
        (grad_scores.T @ q * scale, float(np.max(terms.T @ np.abs(q) * scale))),
        (weights.T @ grad_output, float(np.max(weights.T @ np.abs(grad_output)))),
    ]
