"""exp(x − log Σ exp x), with the logarithm of the sum by pairs: np.logaddexp along the axis, in long double."""
import numpy as np


def softmax(x, axis=-1):
    wide = x.astype(np.longdouble)
    log_total = np.logaddexp.reduce(wide, axis=axis, keepdims=True)
    return np.exp(wide - log_total).astype(x.dtype)
