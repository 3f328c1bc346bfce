"""One function with a histogram."""
import numpy as np


def precision_recall_curve(labels, scores):
    if not np.any(labels):
        raise ValueError("no label is True")
    cuts, group = np.unique(scores, return_inverse=True)
    hits = np.bincount(group, weights=labels, minlength=cuts.size)[::-1].cumsum()
    caught = np.bincount(group, minlength=cuts.size)[::-1].cumsum()
    precision = np.ones(cuts.size + 1)
    recall = np.zeros(cuts.size + 1)
    precision[1:] = hits / caught
    recall[1:] = hits / labels.size
    thresholds = np.append(cuts, np.inf)[::-1]
    return precision, recall, thresholds.astype(scores.dtype)
