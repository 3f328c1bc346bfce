"""Judgements of chapter 1's GPT: from attention to text, in the order of the notebook.

What the statements leave open is not judged: how a module stores its weights, what it can do beyond what is asked, and
speed; nor empty axes, inputs that are not finite, and a rate of dropout of 1.
"""

from .block import block
from .causal_self_attention import causal_self_attention
from .loss import loss
from .model import model
from .optimizer import optimizer

__all__ = ["block", "causal_self_attention", "loss", "model", "optimizer"]
