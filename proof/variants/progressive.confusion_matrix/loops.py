"""Plain Python loop over the pairs, tallied in nested lists."""
import numpy as np


def confusion_matrix(labels, predictions):
    counts = [[0, 0], [0, 0]]
    for label, prediction in zip(labels, predictions):
        row = 1 if label else 0
        column = 1 if prediction else 0
        counts[row][column] += 1
    return np.array(counts, dtype=np.int64)
