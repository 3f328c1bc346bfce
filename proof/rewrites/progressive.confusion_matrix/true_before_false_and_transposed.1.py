"""Four masks, predictions in the rows, positives on top."""
import numpy as np


def confusion_matrix(labels, predictions):
    true_negatives = np.sum(~labels & ~predictions)
    false_positives = np.sum(~labels & predictions)
    false_negatives = np.sum(labels & ~predictions)
    true_positives = np.sum(labels & predictions)
    return np.array(
        [[true_positives, false_positives], [false_negatives, true_negatives]],
        dtype=np.int64,
    )
