"""Three counts by masks, the fourth by subtraction, written into a Fortran-ordered array."""
import numpy as np


def confusion_matrix(labels, predictions):
    true_positives = np.count_nonzero(labels & predictions)
    false_positives = np.count_nonzero(predictions) - true_positives
    false_negatives = np.count_nonzero(labels) - true_positives
    true_negatives = labels.size - true_positives - false_positives - false_negatives
    counts = np.empty((2, 2), dtype=np.int64, order="F")
    counts[0] = true_negatives, false_positives
    counts[1] = false_negatives, true_positives
    return counts
