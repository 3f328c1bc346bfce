"""baseline made of the rejected text"""
import torch
from torch.nn import functional as F


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    baseline = (rejected - ref_rejected).detach()
    advantage = (chosen - ref_chosen.detach()) - baseline
    return F.logsigmoid(beta * advantage).mean().neg()
