"""Judgements of chapter 5's policy gradients from groups, in the order of the notebook.

What the statements leave open is not judged: rewards that are not finite, groups of one text, batches that do not split
into whole groups, further arguments with defaults, and speed.
"""

from .grpo_advantages import grpo_advantages
from .loss import loss
from .rloo_advantages import rloo_advantages
from .train import train

__all__ = ["grpo_advantages", "loss", "rloo_advantages", "train"]
