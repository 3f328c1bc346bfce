"""Judgements of chapter 4's PPO for text, in the order of the notebook.

What the statements leave open is not judged: kept tokens with gaps between them, scores that are not finite, what a
batch holds in columns that are not kept (but for rewards and advantages, which are 0 there), and speed.
"""

from .experience import experience
from .token_advantages import token_advantages
from .token_rewards import token_rewards
from .update import update

__all__ = ["experience", "token_advantages", "token_rewards", "update"]
