"""the formula written out: sigmoid, log, mean"""
import torch


def bradley_terry_loss(chosen_scores, rejected_scores):
    d = chosen_scores - rejected_scores
    p = torch.sigmoid(d)
    return -torch.log(p).mean()
