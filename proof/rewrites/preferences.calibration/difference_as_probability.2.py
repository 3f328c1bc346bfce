"""a membership matrix of the bins' edges"""
import torch


def accuracy(chosen_scores, rejected_scores):
    values = torch.tensor([0.5], dtype=torch.float64, device=chosen_scores.device)
    return torch.heaviside((chosen_scores - rejected_scores).double(), values).mean().item()


def calibration(first_scores, second_scores, first_preferred, bins):
    prediction = (first_scores - second_scores).double().unsqueeze(0)
    k = torch.arange(bins, device=prediction.device).unsqueeze(1)
    member = (k / bins <= prediction) & (prediction < (k + 1) / bins)
    member[-1] |= prediction[0] == 1
    size = member.sum(dim=1)
    mean = (prediction * member).sum(dim=1) / size
    share = (first_preferred * member).sum(dim=1) / size
    return mean, share, size
