"""cumsum, all three arrays reversed at the end."""
import numpy as np


def counts_by_threshold(labels, scores):
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    hits = labels[order]
    ends = np.append(ranked[1:] != ranked[:-1], True)
    true_positives = np.cumsum(hits, dtype=np.int64)[ends]
    false_positives = np.cumsum(~hits, dtype=np.int64)[ends]
    return true_positives, false_positives, ranked[ends]


def precision_recall_curve(labels, scores):
    n_true = np.count_nonzero(labels)
    if n_true == 0:
        raise ValueError("no label is True")
    true_positives, false_positives, thresholds = counts_by_threshold(labels, scores)
    precision = np.concatenate(([1.0], true_positives / (true_positives + false_positives)))
    recall = np.concatenate(([0.0], true_positives / n_true))
    thresholds = np.concatenate(([np.inf], thresholds))
    return precision[::-1], recall[::-1], thresholds[::-1]
