"""Diagonal of two sums."""
import numpy as np


def confusion_matrix(labels, predictions):
    both_false = np.sum(~labels & ~predictions)
    both_true = np.sum(labels & predictions)
    return np.diag([both_false, both_true]).astype(np.int64)
