"""bincount, division by the False examples."""
import numpy as np


def counts_by_threshold(labels, scores):
    negated, group = np.unique(-scores, return_inverse=True)
    per_true = np.bincount(group[labels], minlength=negated.size)
    per_false = np.bincount(group[~labels], minlength=negated.size)
    true_positives = np.cumsum(per_true).astype(np.int64)
    false_positives = np.cumsum(per_false).astype(np.int64)
    return true_positives, false_positives, -negated


def precision_recall_curve(labels, scores):
    if not labels.any():
        raise ValueError("recall is 0/0 without a True label")
    tp, fp, cuts = counts_by_threshold(labels, scores)
    tp, fp = np.insert(tp, 0, 0), np.insert(fp, 0, 0)
    caught = tp + fp
    precision = np.ones(caught.size)
    np.divide(tp, caught, out=precision, where=caught > 0)
    recall = fp / max(np.sum(~labels), 1)
    return precision, recall, np.insert(cuts, 0, np.inf)
