"""Judgements of chapter 6's tensor parallelism, in the order of the notebook.

What the statements leave open is not judged: sizes that the number of ranks does not divide, gradients of gradients,
what making a module sends, layouts of the parameters, and speed.
"""

from .attention import attention
from .cross_entropy import cross_entropy
from .mlp import mlp
from .operators import operators

__all__ = ["attention", "cross_entropy", "mlp", "operators"]
