"""Judgements of the progressive transformers of chapter 1, in the order of the notebook.

What the statements leave open is not judged: arrays with an empty axis, numbers that are not finite, more steps than
positions, the weights before `load_weights`, and whether a result shares memory with an input.
"""

from .attention_pooling import attention_pooling
from .confusion_matrix import confusion_matrix
from .encoder_block import encoder_block
from .logistic_regression import logistic_regression
from .order_free_labels import order_free_labels
from .position_labels import position_labels
from .precision_recall_curve import precision_recall_curve
from .roc_curve import roc_curve
from .self_attention import self_attention
from .training_loop import training_loop

__all__ = [
    "attention_pooling",
    "confusion_matrix",
    "encoder_block",
    "logistic_regression",
    "order_free_labels",
    "position_labels",
    "precision_recall_curve",
    "roc_curve",
    "self_attention",
    "training_loop",
]
