"""Judgements of chapter 4's continuous control, in the order of the notebook.

What the statements leave open is not judged: on which device things are computed, speed, how a class keeps what it
remembers, empty axes, inputs that are not finite, and digits beyond those of float32.
"""

from .gaussian_policy import gaussian_policy
from .scaling import scaling
from .squashed_policy import squashed_policy

__all__ = ["gaussian_policy", "scaling", "squashed_policy"]
