"""ceil, less one"""
import torch


def accuracy(chosen_scores, rejected_scores):
    gap = torch.sign(chosen_scores - rejected_scores)
    return gap.double().add(1).div(2).mean().item()


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores).double()
    k = (torch.ceil(p * bins) - 1).clamp(min=0).long()
    count = torch.bincount(k, minlength=bins)
    mean = torch.bincount(k, weights=p, minlength=bins) / count
    share = torch.bincount(k, weights=first_preferred.double(), minlength=bins) / count
    return mean, share, count
