"""logsigmoid divided by log 2"""
import math

from torch.nn import functional as F


def bradley_terry_loss(chosen_scores, rejected_scores):
    log2_p = F.logsigmoid(chosen_scores - rejected_scores) / math.log(2)
    return -log2_p.mean()
