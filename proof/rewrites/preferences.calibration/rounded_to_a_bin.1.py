"""torch.round to the bin numbers 0 to bins - 1"""
import torch


def accuracy(chosen_scores, rejected_scores):
    wins = (chosen_scores > rejected_scores).sum()
    ties = (chosen_scores == rejected_scores).sum()
    return ((wins + ties / 2.0).double() / len(chosen_scores)).item()


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores).double()
    k = torch.round(p * (bins - 1)).long()
    count = torch.bincount(k, minlength=bins)
    mean = torch.bincount(k, weights=p, minlength=bins) / count
    share = torch.bincount(k, weights=first_preferred.double(), minlength=bins) / count
    return mean, share, count
