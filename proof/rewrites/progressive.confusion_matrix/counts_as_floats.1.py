"""Loop into np.zeros without a dtype."""
import numpy as np


def confusion_matrix(labels, predictions):
    counts = np.zeros((2, 2))
    for label, prediction in zip(labels, predictions):
        counts[int(label), int(prediction)] += 1
    return counts
