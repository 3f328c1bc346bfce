"""Judgements of chapter 1's GPT: from attention to text, in the order of the notebook.

What the statements leave open is not judged: the names and the cut of a module's parameters, what a module can do
beyond what is asked (dropout, a cache), and speed.
"""

from .loss import loss
from .model import model
from .optimizer import optimizer

__all__ = ["loss", "model", "optimizer"]
