"""named intermediate steps, logsigmoid at the end"""
import torch
from torch.nn import functional as F


def bradley_terry_loss(chosen_scores, rejected_scores):
    p_chosen = torch.sigmoid(chosen_scores)
    p_rejected = torch.sigmoid(rejected_scores)
    difference = p_chosen - p_rejected
    return -F.logsigmoid(difference).mean()
