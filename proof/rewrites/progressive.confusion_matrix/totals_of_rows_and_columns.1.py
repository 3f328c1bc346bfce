"""bincount of each input on its own."""
import numpy as np


def totals(values):
    return np.bincount(values.astype(np.int64), minlength=2)


def confusion_matrix(labels, predictions):
    counts = np.stack([totals(labels), totals(predictions)])
    return counts.astype(np.int64)
