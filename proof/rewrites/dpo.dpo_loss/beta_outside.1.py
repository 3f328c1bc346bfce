"""logsigmoid, scaled afterwards"""
import torch
from torch.nn import functional as F


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    logits = (chosen - ref_chosen.detach()) - (rejected - ref_rejected.detach())
    return -beta * F.logsigmoid(logits).mean()
