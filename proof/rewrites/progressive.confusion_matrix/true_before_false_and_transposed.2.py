"""Loop with index 0 for True."""
import numpy as np


def confusion_matrix(labels, predictions):
    counts = np.zeros((2, 2), dtype=np.int64)
    index = {True: 0, False: 1}
    for n in range(len(labels)):
        row = index[bool(predictions[n])]
        column = index[bool(labels[n])]
        counts[row, column] += 1
    return counts
