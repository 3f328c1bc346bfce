"""Vectorised division, nothing checked."""
import numpy as np


def at_least(values, thresholds):
    ranked = np.sort(values)
    below = np.searchsorted(ranked, thresholds, side="left")
    return (ranked.size - below).astype(np.int64)


def counts_by_threshold(labels, scores):
    thresholds = np.unique(scores)[::-1].copy()
    true_positives = at_least(scores[labels], thresholds)
    false_positives = at_least(scores[~labels], thresholds)
    return true_positives, false_positives, thresholds


def precision_recall_curve(labels, scores):
    n_true = np.count_nonzero(labels)
    true_positives, false_positives, thresholds = counts_by_threshold(labels, scores)
    precision = np.concatenate(([1.0], true_positives / (true_positives + false_positives)))
    recall = np.concatenate(([0.0], true_positives / n_true))
    return precision, recall, np.concatenate(([np.inf], thresholds))
