"""Judgements of chapter 1: attention, in the order of the notebook.

What the statements leave open is not judged: arrays with an empty axis, inputs that are not finite (but for the -inf of
a softmax), whether attention's results are wider than its inputs, and whether a result shares memory with an input.
"""

from .causal_mask import causal_mask
from .flash_backward import flash_backward
from .flash_forward import flash_forward
from .grouped_query import grouped_query
from .heads import heads
from .kv_cache import kv_cache
from .multi_head import multi_head
from .positional import positional
from .rope import rope
from .scaled_dot_product import scaled_dot_product
from .sinusoidal import sinusoidal
from .softmax import softmax

__all__ = [
    "causal_mask",
    "flash_backward",
    "flash_forward",
    "grouped_query",
    "heads",
    "kv_cache",
    "multi_head",
    "positional",
    "rope",
    "scaled_dot_product",
    "sinusoidal",
    "softmax",
]
