"""mean of logsigmoid, in one line"""
from torch.nn import functional as F


def bradley_terry_loss(chosen_scores, rejected_scores):
    return F.logsigmoid(chosen_scores - rejected_scores).mean()
