"""The entries of chapter 4's PPO on CartPole, in the order of the notebook."""

from ..exercise import Exercise

ENTRIES: tuple[Exercise, ...] = ()
