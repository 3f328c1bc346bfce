"""Judgements of chapter 5's RLHF: its functions, and one update with four models, in the order of the notebook.

What the statements leave open is not judged: kept tokens with gaps between them, scores that are NaN, coefficients that
would become negative, how often a model is called, and speed.
"""

from .adaptive_kl import adaptive_kl
from .best_of_n import best_of_n
from .kl_loss import kl_loss
from .kl_penalized_rewards import kl_penalized_rewards
from .masked_whiten import masked_whiten
from .rlhf_step import rlhf_step

__all__ = ["adaptive_kl", "best_of_n", "kl_loss", "kl_penalized_rewards", "masked_whiten", "rlhf_step"]
