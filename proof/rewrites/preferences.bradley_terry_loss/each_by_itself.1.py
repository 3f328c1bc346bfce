"""two logsigmoid terms"""
from torch.nn import functional as F


def bradley_terry_loss(chosen_scores, rejected_scores):
    up = F.logsigmoid(chosen_scores)
    down = F.logsigmoid(-rejected_scores)
    return -(up + down).mean()
