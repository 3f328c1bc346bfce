"""at least as high, index_add for the bins"""
import torch


def accuracy(chosen_scores, rejected_scores):
    return (chosen_scores >= rejected_scores).double().mean().item()


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores)
    index = torch.floor(p * bins).long().clamp(0, bins - 1)
    zeros = torch.zeros(bins, dtype=p.dtype, device=p.device)
    predicted = zeros.index_add(0, index, p)
    preferred = zeros.index_add(0, index, first_preferred.to(p.dtype))
    number = torch.zeros(bins, dtype=torch.long, device=p.device).index_add(0, index, torch.ones_like(index))
    return predicted / number, preferred / number, number
