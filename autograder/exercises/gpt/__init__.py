"""Judgements of chapter 1's GPT: from attention to text, in the order of the notebook.

What the statements leave open is not judged: how a module stores its weights, what it can do beyond what is asked, and
speed; nor empty axes, inputs that are not finite, and a rate of dropout of 1.
"""

from .block import block
from .causal_self_attention import causal_self_attention
from .counts import counts
from .filter_logits import filter_logits
from .generate import generate
from .loss import loss
from .model import model
from .optimizer import optimizer
from .sample_token import sample_token

__all__ = [
    "block",
    "causal_self_attention",
    "counts",
    "filter_logits",
    "generate",
    "loss",
    "model",
    "optimizer",
    "sample_token",
]
