"""The entries of chapter 4's continuous control, in the order of the notebook."""

from ..exercise import Exercise

ENTRIES: tuple[Exercise, ...] = ()
