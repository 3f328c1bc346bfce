"""How good scores are, whatever threshold one takes: curves, a table, areas and calibration.

Symbols: `labels` boolean (N,); `scores` (N,), larger meaning "more likely True". A threshold c predicts True where
score ≥ c. Examples with equal scores cross a threshold together, so a curve has one point for each *different* score
and never depends on the order of the examples.

Sources: Fawcett 2006, "An introduction to ROC analysis"; Davis & Goadrich 2006, "The relationship between
Precision–Recall and ROC curves", for why a PR curve must not be interpolated linearly; Guo et al. 2017, "On Calibration
of Modern Neural Networks", section 2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


def confusion_matrix(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    """Counts, int64 (2, 2): row = the label, column = the prediction, False before True.

    So [[true negatives, false positives], [false negatives, true positives]]. Both arguments are boolean (N,).
    """
    return np.bincount(2 * labels + predictions, minlength=4).reshape(2, 2)


def counts_by_threshold(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each different score, largest first: how many True and how many False examples score at least that much.

    Returns the numbers of true positives and of false positives, int64, and the scores as thresholds.
    """
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order], np.cumsum(labels[order])
    last_of_its_value = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))[: len(ranked)]
    true_positives = hits[last_of_its_value]
    return true_positives, last_of_its_value + 1 - true_positives, ranked[last_of_its_value]


def roc_curve(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """False-positive rate, true-positive rate and threshold at each point, from (0, 0) to (1, 1).

    The first threshold is inf, where nothing is predicted True. Raises ValueError where a label does not occur, since
    one of the rates is then 0/0.
    """
    true_positives, false_positives, thresholds = counts_by_threshold(labels, scores)
    positives = int(labels.sum())
    if not 0 < positives < len(labels):
        raise ValueError("a ROC curve needs examples of both labels")
    return (
        np.append(0.0, false_positives / (len(labels) - positives)),
        np.append(0.0, true_positives / positives),
        np.append(np.inf, thresholds),
    )


def precision_recall_curve(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Precision, recall and threshold at each point, by rising recall.

    The first point has recall 0 and threshold inf. Nothing is predicted there, so its precision, 0/0, is set to 1 by
    convention; it carries no weight in `average_precision`. Raises ValueError where no label is True.
    """
    true_positives, false_positives, thresholds = counts_by_threshold(labels, scores)
    if not labels.any():
        raise ValueError("a precision-recall curve needs an example whose label is True")
    return (
        np.append(1.0, true_positives / (true_positives + false_positives)),
        np.append(0.0, true_positives / labels.sum()),
        np.append(np.inf, thresholds),
    )


def area_under_roc(labels: np.ndarray, scores: np.ndarray) -> float:
    """The probability that a random True example scores higher than a random False one, where a tie counts half.

    That is the area under `roc_curve` by trapezoids: a tie between both labels is a slanted piece of the curve.
    """
    false_positive_rate, true_positive_rate, _ = roc_curve(labels, scores)
    return float(np.trapezoid(true_positive_rate, false_positive_rate))


def average_precision(labels: np.ndarray, scores: np.ndarray) -> float:
    """Σ (recallᵢ − recallᵢ₋₁) · precisionᵢ: rectangles, since between two points precision is not linear in recall."""
    precision, recall, _ = precision_recall_curve(labels, scores)
    return float(np.sum(np.diff(recall) * precision[1:]))


@dataclass(frozen=True)
class Calibration:
    """Bins of probability that are not empty, from low to high, each array (bins,)."""

    predicted: np.ndarray
    """The mean probability in a bin."""
    observed: np.ndarray
    """The share of True labels in it."""
    counts: np.ndarray

    @property
    def error(self) -> float:
        """The expected calibration error: the mean of |observed − predicted|, weighted by the counts."""
        return float(np.average(np.abs(self.observed - self.predicted), weights=self.counts))


def calibration(labels: np.ndarray, probabilities: np.ndarray, bins: int = 10) -> Calibration:
    """Compare probabilities with frequencies in `bins` equal parts of [0, 1].

    A bin holds its left edge, and the last one both.
    """
    left_edges = np.linspace(0.0, 1.0, bins + 1)[:-1]
    place = np.searchsorted(left_edges, probabilities, side="right") - 1
    counts = np.bincount(place, minlength=bins)
    filled = counts > 0
    predicted = np.bincount(place, probabilities, bins)[filled] / counts[filled]
    observed = np.bincount(place, labels.astype(np.float64), bins)[filled] / counts[filled]
    return Calibration(predicted, observed, counts[filled])
