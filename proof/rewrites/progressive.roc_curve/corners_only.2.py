"""Loop over the points, corners by a cross product."""
import numpy as np


def counts_by_threshold(labels, scores):
    thresholds = np.array(sorted(set(scores.tolist()), reverse=True), dtype=scores.dtype)
    true_positives = np.zeros(len(thresholds), dtype=np.int64)
    false_positives = np.zeros(len(thresholds), dtype=np.int64)
    for k, threshold in enumerate(thresholds):
        caught = scores >= threshold
        true_positives[k] = np.count_nonzero(caught & labels)
        false_positives[k] = np.count_nonzero(caught & ~labels)
    return true_positives, false_positives, thresholds


def turns(before, here, after):
    cross = (here[0] - before[0]) * (after[1] - here[1]) - (here[1] - before[1]) * (after[0] - here[0])
    return cross != 0


def roc_curve(labels, scores):
    positives, negatives = int(np.sum(labels)), int(np.sum(~labels))
    if positives == 0 or negatives == 0:
        raise ValueError("need both labels")
    tp, fp, cuts = counts_by_threshold(labels, scores)
    points = [(0, 0, np.inf)] + list(zip(fp.tolist(), tp.tolist(), cuts.tolist()))
    kept = [points[0]]
    for k in range(1, len(points) - 1):
        if turns(points[k - 1], points[k], points[k + 1]):
            kept.append(points[k])
    kept.append(points[-1])
    x, y, thresholds = np.array(kept).T
    return x / negatives, y / positives, thresholds.astype(scores.dtype)
