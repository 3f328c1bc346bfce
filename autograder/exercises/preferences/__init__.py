"""Judgements of chapter 5's way from demonstrations and comparisons to a reward model, in the order of the notebook.

What the statements leave open is not judged: inputs that are not finite where they count, empty batches, predictions at
the very edge between two bins, and speed.
"""

from .bradley_terry import bradley_terry
from .calibration import calibration
from .last_token import last_token
from .pairs import pairs
from .reward_model import reward_model
from .sft import sft

__all__ = ["bradley_terry", "calibration", "last_token", "pairs", "reward_model", "sft"]
