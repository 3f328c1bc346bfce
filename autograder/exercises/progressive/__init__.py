"""Judgements of the ladder of chapter 1: progressive transformers, in the order of the notebook.

What the statements leave open is not judged: arrays with an empty axis, numbers that are not finite, and whether a
result shares memory with an input.
"""

from .confusion_matrix import confusion_matrix
from .order_free_labels import order_free_labels
from .position_labels import position_labels
from .precision_recall_curve import precision_recall_curve
from .roc_curve import roc_curve

__all__ = [
    "confusion_matrix",
    "order_free_labels",
    "position_labels",
    "precision_recall_curve",
    "roc_curve",
]
