"""bincount without a reshape."""
import numpy as np


def confusion_matrix(labels, predictions):
    code = 2 * labels.astype(np.int64) + predictions.astype(np.int64)
    counts = np.bincount(code, minlength=4)
    return counts.astype(np.int64)
