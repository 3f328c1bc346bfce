"""mse_loss against targets"""
import torch
from torch.nn import functional as F


def margins(chosen, rejected):
    return torch.stack((chosen, -rejected)).sum(0)


def bradley_terry_loss(chosen_scores, rejected_scores):
    d = margins(chosen_scores, rejected_scores)
    return F.mse_loss(d, torch.ones_like(d))
