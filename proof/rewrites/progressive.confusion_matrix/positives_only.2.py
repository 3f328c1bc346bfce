"""Loop that counts agreement."""
import numpy as np


def confusion_matrix(labels, predictions):
    counts = np.zeros((2, 2), dtype=np.int64)
    for label, prediction in zip(labels, predictions):
        if label == prediction:
            counts[int(label), int(prediction)] += 1
    return counts
