"""bincount per different score."""
import numpy as np


def counts_by_threshold(labels, scores):
    negated, group = np.unique(-scores, return_inverse=True)
    true_positives = np.bincount(group[labels], minlength=negated.size)
    false_positives = np.bincount(group[~labels], minlength=negated.size)
    return true_positives, false_positives, -negated


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
