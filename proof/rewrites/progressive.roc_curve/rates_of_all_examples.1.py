"""einsum and arrays filled in place."""
import numpy as np


def counts_by_threshold(labels, scores):
    thresholds = np.flip(np.unique(scores))
    caught = (scores[:, None] >= thresholds).astype(np.int64)
    kinds = np.stack([labels, ~labels]).astype(np.int64)
    true_positives, false_positives = np.einsum("kn,nt->kt", kinds, caught)
    return true_positives, false_positives, thresholds


def roc_curve(labels, scores):
    if not labels.any() or labels.all():
        raise ValueError("a label does not occur")
    tp, fp, cuts = counts_by_threshold(labels, scores)
    false_positive_rate = np.zeros(cuts.size + 1)
    true_positive_rate = np.zeros(cuts.size + 1)
    false_positive_rate[1:] = fp / labels.size
    true_positive_rate[1:] = tp / labels.size
    thresholds = np.full(cuts.size + 1, np.inf, dtype=scores.dtype)
    thresholds[1:] = cuts
    return false_positive_rate, true_positive_rate, thresholds
