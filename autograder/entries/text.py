"""The entries of chapter 3's policy gradients for text, in the order of the notebook."""

from ..exercise import Exercise

ENTRIES: tuple[Exercise, ...] = ()
