"""logsigmoid of the margins"""
from torch.nn import functional as F


def bradley_terry_loss(chosen_scores, rejected_scores):
    margins = rejected_scores - chosen_scores
    return -F.logsigmoid(margins).mean()
