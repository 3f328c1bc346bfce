"""Comparison table and einsum."""
import numpy as np


def counts_by_threshold(labels, scores):
    thresholds = np.flip(np.unique(scores))
    caught = (scores[:, None] > thresholds).astype(np.int64)
    kinds = np.stack([labels, ~labels]).astype(np.int64)
    true_positives, false_positives = np.einsum("kn,nt->kt", kinds, caught)
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
