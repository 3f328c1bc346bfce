"""np.unique of a code with counts."""
import numpy as np


def confusion_matrix(labels, predictions):
    code = 2 * labels.astype(np.int64) + predictions.astype(np.int64)
    _, counts = np.unique(code, return_counts=True)
    if counts.size == 4:
        counts = counts.reshape(2, 2)
    return counts.astype(np.int64)
