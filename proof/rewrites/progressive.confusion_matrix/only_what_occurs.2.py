"""Dictionary of the pairs seen, in sorted order."""
import numpy as np


def confusion_matrix(labels, predictions):
    seen = {}
    for pair in zip(labels.tolist(), predictions.tolist()):
        seen[pair] = seen.get(pair, 0) + 1
    counts = np.array([seen[pair] for pair in sorted(seen)], dtype=np.int64)
    if len(seen) % 2 == 0:
        counts = counts.reshape(-1, 2)
    return counts
