"""Judgements of chapter 2: dropout, in the order of the notebook.

What the statements leave open is not judged: the generator and the order of draws, rates that are no numbers (NaN,
strings), infinite inputs, and attributes of a layer.
"""

from .affine import affine_corrected
from .attention import attention
from .formulas import backward, depth, moments
from .layers import inverted, variance_stabilized
from .mask import mask
from .monte_carlo import monte_carlo
from .write_the_test import write_the_test

__all__ = [
    "affine_corrected",
    "attention",
    "backward",
    "depth",
    "inverted",
    "mask",
    "moments",
    "monte_carlo",
    "variance_stabilized",
    "write_the_test",
]
