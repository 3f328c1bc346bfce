"""mean of the margins, logsigmoid"""
import torch
from torch.nn import functional as F


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    margins = beta * ((chosen - ref_chosen.detach()) - (rejected - ref_rejected.detach()))
    return -F.logsigmoid(margins.mean())
