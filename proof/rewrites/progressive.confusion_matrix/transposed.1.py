"""Loop, indexed by prediction and label."""
import numpy as np


def confusion_matrix(labels, predictions):
    counts = [[0, 0], [0, 0]]
    for label, prediction in zip(labels, predictions):
        column = 1 if label else 0
        row = 1 if prediction else 0
        counts[row][column] += 1
    return np.array(counts, dtype=np.int64)
