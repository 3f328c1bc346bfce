"""One pair after another, in Python's floats."""
import math

import torch


def accuracy(chosen_scores, rejected_scores):
    right = 0.0
    for a, b in zip(chosen_scores.tolist(), rejected_scores.tolist()):
        right += 1.0 if a > b else (0.5 if a == b else 0.0)
    return right / len(chosen_scores)


def calibration(first_scores, second_scores, first_preferred, bins):
    inside = [[] for _ in range(bins)]
    for a, b, answer in zip(first_scores.tolist(), second_scores.tolist(), first_preferred.tolist()):
        p = 0.5 * (1.0 + math.tanh(0.5 * (a - b)))
        inside[min(int(p * bins), bins - 1)].append((p, float(answer)))
    mean = lambda values: sum(values) / len(values) if values else math.nan
    predicted = torch.tensor([mean([p for p, _ in pairs]) for pairs in inside])
    preferred = torch.tensor([mean([y for _, y in pairs]) for pairs in inside])
    return predicted, preferred, torch.tensor([len(pairs) for pairs in inside])
