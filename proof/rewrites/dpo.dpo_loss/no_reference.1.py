"""logsigmoid of scaled log-prob differences"""
import torch
from torch.nn import functional as F


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    margin = beta * (chosen - rejected)
    return -F.logsigmoid(margin).mean()
