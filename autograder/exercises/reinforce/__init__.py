"""Judgements of chapter 3's policy gradients in NumPy, in the order of the notebook.

What the statements leave open is not judged: empty batches, rewards and returns that are not finite, and how often a
random generator is asked.
"""

from .baselines import baselines
from .normalize_returns import normalize_returns
from .returns import returns
from .sample_categorical import sample_categorical
from .score_function_gradient import score_function_gradient

__all__ = ["baselines", "normalize_returns", "returns", "sample_categorical", "score_function_gradient"]
