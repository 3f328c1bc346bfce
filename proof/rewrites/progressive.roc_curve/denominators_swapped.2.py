"""Loop over thresholds, helper for the first point."""
import numpy as np


def counts_by_threshold(labels, scores):
    thresholds = np.array(sorted(set(scores.tolist()), reverse=True), dtype=scores.dtype)
    true_positives = np.zeros(len(thresholds), dtype=np.int64)
    false_positives = np.zeros(len(thresholds), dtype=np.int64)
    for k, threshold in enumerate(thresholds):
        caught = scores >= threshold
        true_positives[k] = np.count_nonzero(caught & labels)
        false_positives[k] = np.count_nonzero(caught & ~labels)
    return true_positives, false_positives, thresholds


def prepend(first, rest):
    return np.insert(rest, 0, first)


def roc_curve(labels, scores):
    if np.unique(labels).size < 2:
        raise ValueError("labels of both kinds are needed")
    tp, fp, cuts = counts_by_threshold(labels, scores)
    x = prepend(0.0, fp / tp[-1])
    y = prepend(0.0, tp / fp[-1])
    return x, y, prepend(np.inf, cuts)
