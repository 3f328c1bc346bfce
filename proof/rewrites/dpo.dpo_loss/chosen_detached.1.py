"""target and moving part"""
import torch
from torch.nn import functional as F


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    target = (chosen - ref_chosen).detach()
    moving = rejected - ref_rejected.detach()
    return -F.logsigmoid(beta * (target - moving)).mean()
