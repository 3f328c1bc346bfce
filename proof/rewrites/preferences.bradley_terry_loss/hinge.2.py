"""PyTorch's loss for rankings"""
import torch
from torch import nn


def bradley_terry_loss(chosen_scores, rejected_scores):
    ranking = nn.MarginRankingLoss()
    first_is_higher = torch.ones_like(chosen_scores)
    return ranking(chosen_scores, rejected_scores, first_is_higher)
