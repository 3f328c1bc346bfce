"""outer difference of the log-ratios"""
import torch
from torch.nn import functional as F


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    up = (chosen - ref_chosen.detach())[:, None]
    down = (rejected - ref_rejected.detach())[None, :]
    return -F.logsigmoid(beta * (up - down)).mean()
