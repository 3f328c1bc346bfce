"""Judgements of chapter 1's notebook on GPT, in its order."""

from .filter_logits import filter_logits
from .generate import generate
from .sample_token import sample_token

__all__ = ["filter_logits", "generate", "sample_token"]
