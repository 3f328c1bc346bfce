"""Judgements of the progressive transformers, in the order of the notebook.

What the statements leave open is not judged: inputs with an empty axis or that are not finite, more steps than
positions, and the weights before `load_weights`.
"""

from .attention_pooling import attention_pooling
from .encoder_block import encoder_block
from .logistic_regression import logistic_regression
from .self_attention import self_attention
from .training_loop import training_loop

__all__ = ["attention_pooling", "encoder_block", "logistic_regression", "self_attention", "training_loop"]
