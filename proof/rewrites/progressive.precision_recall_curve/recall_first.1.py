"""bincount and concatenate."""
import numpy as np


def counts_by_threshold(labels, scores):
    negated, group = np.unique(-scores, return_inverse=True)
    per_true = np.bincount(group[labels], minlength=negated.size)
    per_false = np.bincount(group[~labels], minlength=negated.size)
    true_positives = np.cumsum(per_true).astype(np.int64)
    false_positives = np.cumsum(per_false).astype(np.int64)
    return true_positives, false_positives, -negated


def precision_recall_curve(labels, scores):
    n_true = np.count_nonzero(labels)
    if n_true == 0:
        raise ValueError("no label is True")
    true_positives, false_positives, thresholds = counts_by_threshold(labels, scores)
    precision = np.concatenate(([1.0], true_positives / (true_positives + false_positives)))
    recall = np.concatenate(([0.0], true_positives / n_true))
    return recall, precision, np.concatenate(([np.inf], thresholds))
