"""Comparison table, true-positive rate returned first."""
import numpy as np


def counts_by_threshold(labels, scores):
    thresholds = np.sort(np.unique(scores))[::-1]
    caught = scores[None, :] >= thresholds[:, None]
    true_positives = np.sum(caught & labels, axis=1, dtype=np.int64)
    false_positives = np.sum(caught & ~labels, axis=1, dtype=np.int64)
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
    return true_positive_rate, false_positive_rate, thresholds
