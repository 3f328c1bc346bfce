"""Ascending unique scores, comparison table."""
import numpy as np


def counts_by_threshold(labels, scores):
    thresholds = np.unique(scores)
    caught = scores[None, :] <= thresholds[:, None]
    true_positives = np.sum(caught & labels, axis=1, dtype=np.int64)
    false_positives = np.sum(caught & ~labels, axis=1, dtype=np.int64)
    return true_positives, false_positives, thresholds


def precision_recall_curve(labels, scores):
    n_true = np.count_nonzero(labels)
    if n_true == 0:
        raise ValueError("no label is True")
    true_positives, false_positives, thresholds = counts_by_threshold(labels, scores)
    precision = np.concatenate(([1.0], true_positives / (true_positives + false_positives)))
    recall = np.concatenate(([0.0], true_positives / n_true))
    return precision, recall, np.concatenate(([np.inf], thresholds))
