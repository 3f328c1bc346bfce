"""einsum and concatenate."""
import numpy as np


def counts_by_threshold(labels, scores):
    thresholds = np.flip(np.unique(scores))
    caught = (scores[:, None] >= thresholds).astype(np.int64)
    kinds = np.stack([labels, ~labels]).astype(np.int64)
    true_positives, false_positives = np.einsum("kn,nt->kt", kinds, caught)
    return true_positives, false_positives, thresholds


def precision_recall_curve(labels, scores):
    n_true = np.count_nonzero(labels)
    if n_true == 0:
        raise ValueError("no label is True")
    true_positives, false_positives, thresholds = counts_by_threshold(labels, scores)
    precision = np.concatenate(([1.0], true_positives / labels.size))
    recall = np.concatenate(([0.0], true_positives / n_true))
    return precision, recall, np.concatenate(([np.inf], thresholds))
