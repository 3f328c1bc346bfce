"""The entries of chapter 4's formulas of PPO, in the order of the notebook."""

from ..exercise import Exercise

ENTRIES: tuple[Exercise, ...] = ()
