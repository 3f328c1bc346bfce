"""one classification of all texts, labels 1 and 0"""
import torch
from torch import nn


def bradley_terry_loss(chosen_scores, rejected_scores):
    logits = torch.cat([chosen_scores, rejected_scores])
    labels = torch.cat([torch.ones_like(chosen_scores), torch.zeros_like(rejected_scores)])
    return nn.BCEWithLogitsLoss()(logits, labels)
