"""Loop, one column for labels and one for predictions."""
import numpy as np


def confusion_matrix(labels, predictions):
    counts = np.zeros((2, 2), dtype=np.int64)
    for label in labels:
        counts[int(label), 0] += 1
    for prediction in predictions:
        counts[int(prediction), 1] += 1
    return counts
