"""Means of masks."""
import numpy as np


def share(mask):
    return np.mean(mask)


def confusion_matrix(labels, predictions):
    matrix = np.empty((2, 2))
    for i in (0, 1):
        for j in (0, 1):
            matrix[i, j] = share((labels == bool(i)) & (predictions == bool(j)))
    return matrix
