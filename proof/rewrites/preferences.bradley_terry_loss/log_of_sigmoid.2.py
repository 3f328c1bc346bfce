"""nn modules: Sigmoid followed by BCELoss"""
import torch
from torch import nn


def bradley_terry_loss(chosen_scores, rejected_scores):
    activation = nn.Sigmoid()
    criterion = nn.BCELoss()
    predicted = activation(torch.sub(chosen_scores, rejected_scores))
    wanted = torch.ones_like(predicted)
    return criterion(predicted, wanted)
