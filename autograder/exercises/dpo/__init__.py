"""Judgements of chapter 5's direct preference optimisation, in the order of the notebook.

What the statements leave open is not judged: batches without a text, log-probs of kept tokens and of whole texts that
are not finite (but for the −inf of a completion that is never written), where masked columns stand, and speed.
"""

from .dpo_loss import dpo_loss
from .implicit_rewards import implicit_rewards
from .optimal_policy import optimal_policy
from .preference_step import preference_step
from .sequence_log_prob import sequence_log_prob

__all__ = ["dpo_loss", "implicit_rewards", "optimal_policy", "preference_step", "sequence_log_prob"]
