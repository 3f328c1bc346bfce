"""Judgements of chapter 3's policy gradients for text, in the order of the notebook.

What the statements leave open is not judged: further arguments with defaults, speed, empty batches, and inputs that are
not finite where the statement does not name them.
"""

from .diagnostics import diagnostics
from .entropy import entropy
from .log_probs import log_probs
from .loss import loss
from .rewards import rewards
from .train import train

__all__ = ["diagnostics", "entropy", "log_probs", "loss", "rewards", "train"]
