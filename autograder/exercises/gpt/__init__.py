"""Judgements of chapter 1's notebook on GPT, in its order."""

from .counts import counts
from .filter_logits import filter_logits
from .generate import generate
from .sample_token import sample_token

__all__ = ["counts", "filter_logits", "generate", "sample_token"]
