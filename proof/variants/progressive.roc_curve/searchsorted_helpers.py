"""Each label sorted apart and counted with searchsorted; arrays filled in place."""
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
    if not labels.any() or labels.all():
        raise ValueError("a label does not occur")
    tp, fp, cuts = counts_by_threshold(labels, scores)
    false_positive_rate = np.zeros(cuts.size + 1)
    true_positive_rate = np.zeros(cuts.size + 1)
    false_positive_rate[1:] = fp / np.sum(~labels)
    true_positive_rate[1:] = tp / np.sum(labels)
    thresholds = np.full(cuts.size + 1, np.inf, dtype=scores.dtype)
    thresholds[1:] = cuts
    return false_positive_rate, true_positive_rate, thresholds
