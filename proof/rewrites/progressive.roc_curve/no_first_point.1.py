"""bincount and plain division."""
import numpy as np


def counts_by_threshold(labels, scores):
    negated, group = np.unique(-scores, return_inverse=True)
    per_true = np.bincount(group[labels], minlength=negated.size)
    per_false = np.bincount(group[~labels], minlength=negated.size)
    true_positives = np.cumsum(per_true).astype(np.int64)
    false_positives = np.cumsum(per_false).astype(np.int64)
    return true_positives, false_positives, -negated


def roc_curve(labels, scores):
    n_true = np.count_nonzero(labels)
    n_false = labels.size - n_true
    if n_true == 0 or n_false == 0:
        raise ValueError("both labels must occur")
    true_positives, false_positives, thresholds = counts_by_threshold(labels, scores)
    false_positive_rate = false_positives / n_false
    true_positive_rate = true_positives / n_true
    return false_positive_rate, true_positive_rate, thresholds
