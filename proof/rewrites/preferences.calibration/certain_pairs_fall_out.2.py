"""floor and bincount"""
import torch


def accuracy(chosen_scores, rejected_scores):
    half = chosen_scores.new_tensor(0.5)
    return torch.heaviside(chosen_scores - rejected_scores, half).double().mean().item()


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores).double()
    number_of_bin = torch.floor(p * bins).long()

    def total(values):
        return torch.bincount(number_of_bin, weights=values.double(), minlength=bins)

    count = torch.bincount(number_of_bin, minlength=bins)
    return total(p) / count, total(first_preferred) / count, count
