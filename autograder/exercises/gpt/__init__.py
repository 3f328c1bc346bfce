"""Judgements of the GPT notebook of chapter 1, in the order of the notebook.

What the statements leave open is not judged: empty axes, inputs that are not finite, a rate of dropout of 1, and how a
module stores its weights.
"""

from .block import block
from .causal_self_attention import causal_self_attention

__all__ = ["block", "causal_self_attention"]
