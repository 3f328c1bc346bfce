"""share of positive scores; bincount with weights"""
import torch


def accuracy(chosen_scores, rejected_scores):
    return (chosen_scores > 0).double().mean().item()


def per_bin(values, index, bins):
    return torch.bincount(index, weights=values.double(), minlength=bins)


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores)
    index = (p * bins).long().clamp(max=bins - 1)
    count = torch.bincount(index, minlength=bins)
    return per_bin(p, index, bins) / count, per_bin(first_preferred, index, bins) / count, count
