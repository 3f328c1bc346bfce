"""Loop that asks whether the answer was right."""
import numpy as np


def confusion_matrix(labels, predictions):
    counts = np.zeros((2, 2), dtype=np.int64)
    for label, prediction in zip(labels.tolist(), predictions.tolist()):
        row = int(label)
        if label == prediction:
            counts[row, 0] += 1
        else:
            counts[row, 1] += 1
    return counts
