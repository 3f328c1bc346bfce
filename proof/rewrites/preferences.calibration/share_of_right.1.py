"""hits per bin, with bincount"""
import torch


def accuracy(chosen_scores, rejected_scores):
    hits = (chosen_scores > rejected_scores).double()
    hits += 0.5 * (chosen_scores == rejected_scores)
    return hits.mean().item()


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores).double()
    hit = (p > 0.5) == first_preferred
    k = (p * bins).long().clamp(max=bins - 1)
    count = torch.bincount(k, minlength=bins)
    confidence = torch.bincount(k, weights=p, minlength=bins) / count
    right = torch.bincount(k, weights=hit.double(), minlength=bins) / count
    return confidence, right, count
