"""Table over 101 steps, masked division."""
import numpy as np


def counts_by_threshold(labels, scores):
    thresholds = np.linspace(1.0, 0.0, 101)
    caught = scores[None, :] >= thresholds[:, None]
    true_positives = np.sum(caught & labels, axis=1, dtype=np.int64)
    false_positives = np.sum(caught & ~labels, axis=1, dtype=np.int64)
    return true_positives, false_positives, thresholds


def precision_recall_curve(labels, scores):
    if not labels.any():
        raise ValueError("recall is 0/0 without a True label")
    tp, fp, cuts = counts_by_threshold(labels, scores)
    tp, fp = np.insert(tp, 0, 0), np.insert(fp, 0, 0)
    caught = tp + fp
    precision = np.ones(caught.size)
    np.divide(tp, caught, out=precision, where=caught > 0)
    recall = tp / np.sum(labels)
    return precision, recall, np.insert(cuts, 0, np.inf)
