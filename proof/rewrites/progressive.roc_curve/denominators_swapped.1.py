"""searchsorted and concatenate."""
import numpy as np


def at_least(values, thresholds):
    ranked = np.sort(values)
    below = np.searchsorted(ranked, thresholds, side="left")
    return (ranked.size - below).astype(np.int64)


def counts_by_threshold(labels, scores):
    thresholds = np.unique(scores)[::-1].copy()
    true_positives = at_least(scores[labels], thresholds)
    false_positives = at_least(scores[~labels], thresholds)
    return true_positives, false_positives, thresholds


def roc_curve(labels, scores):
    n_true = np.count_nonzero(labels)
    n_false = labels.size - n_true
    if n_true == 0 or n_false == 0:
        raise ValueError("both labels must occur")
    true_positives, false_positives, thresholds = counts_by_threshold(labels, scores)
    false_positive_rate = np.concatenate(([0.0], false_positives / n_true))
    true_positive_rate = np.concatenate(([0.0], true_positives / n_false))
    return false_positive_rate, true_positive_rate, np.concatenate(([np.inf], thresholds))
