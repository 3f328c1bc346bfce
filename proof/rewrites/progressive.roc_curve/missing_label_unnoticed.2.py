"""Loops, a missing label gives the rate 0."""
import numpy as np


def counts_by_threshold(labels, scores):
    pairs = sorted(zip(scores.tolist(), labels.tolist()), key=lambda pair: pair[0], reverse=True)
    true_positives, false_positives, thresholds = [], [], []
    tp = fp = 0
    for place, (score, label) in enumerate(pairs):
        if label:
            tp += 1
        else:
            fp += 1
        if place + 1 == len(pairs) or pairs[place + 1][0] != score:
            true_positives.append(tp)
            false_positives.append(fp)
            thresholds.append(score)
    return (
        np.array(true_positives, dtype=np.int64),
        np.array(false_positives, dtype=np.int64),
        np.array(thresholds, dtype=scores.dtype),
    )


def roc_curve(labels, scores):
    positives = sum(1 for label in labels if label)
    negatives = len(labels) - positives
    fpr, tpr, cuts = [0.0], [0.0], [np.inf]
    for tp, fp, cut in zip(*counts_by_threshold(labels, scores)):
        fpr.append(fp / negatives if negatives else 0.0)
        tpr.append(tp / positives if positives else 0.0)
        cuts.append(cut)
    return np.array(fpr), np.array(tpr), np.array(cuts, dtype=scores.dtype)
