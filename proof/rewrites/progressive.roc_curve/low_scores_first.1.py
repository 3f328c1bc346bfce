"""Ascending unique scores, comparison table."""
import numpy as np


def counts_by_threshold(labels, scores):
    thresholds = np.unique(scores)
    caught = scores[None, :] <= thresholds[:, None]
    true_positives = np.sum(caught & labels, axis=1, dtype=np.int64)
    false_positives = np.sum(caught & ~labels, axis=1, dtype=np.int64)
    return true_positives, false_positives, thresholds


def roc_curve(labels, scores):
    n_true = np.count_nonzero(labels)
    n_false = labels.size - n_true
    if n_true == 0 or n_false == 0:
        raise ValueError("both labels must occur")
    true_positives, false_positives, thresholds = counts_by_threshold(labels, scores)
    false_positive_rate = np.concatenate(([0.0], false_positives / n_false))
    true_positive_rate = np.concatenate(([0.0], true_positives / n_true))
    return false_positive_rate, true_positive_rate, np.concatenate(([np.inf], thresholds))
