"""heaviside; a small class that collects a bin"""
import math

import torch


class Bin:
    def __init__(self):
        self.predicted, self.preferred, self.size = 0.0, 0, 0

    def add(self, p, answer):
        self.predicted += p
        self.preferred += answer
        self.size += 1

    def means(self):
        if self.size == 0:
            return math.nan, math.nan
        return self.predicted / self.size, self.preferred / self.size


def accuracy(chosen_scores, rejected_scores):
    half = torch.tensor(0.5, dtype=torch.float64, device=chosen_scores.device)
    right = torch.heaviside(chosen_scores.double(), half)
    return right.mean().item()


def calibration(first_scores, second_scores, first_preferred, bins):
    table = [Bin() for _ in range(bins)]
    predictions = torch.sigmoid(first_scores - second_scores)
    for p, answer in zip(predictions.tolist(), first_preferred.tolist()):
        table[min(math.floor(p * bins), bins - 1)].add(p, answer)
    means = torch.tensor([b.means() for b in table], dtype=torch.float64)
    return means[:, 0], means[:, 1], torch.tensor([b.size for b in table])
