"""The entries of chapter 3's policy gradients in NumPy, in the order of the notebook."""

from ..exercise import Exercise

ENTRIES: tuple[Exercise, ...] = ()
