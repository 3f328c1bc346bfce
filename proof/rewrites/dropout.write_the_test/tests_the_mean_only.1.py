"""Ones in, z-score of the mean of one large output."""
import numpy as np


def accepts_dropout(layer, dropout_rate):
    x = np.ones((200, 200))
    y = layer(x)
    sd = np.sqrt(dropout_rate / (1 - dropout_rate) / x.size)
    return bool(abs(y.mean() - 1) < 4 * sd)
