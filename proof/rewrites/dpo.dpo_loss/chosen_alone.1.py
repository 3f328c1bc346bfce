"""logsigmoid of the chosen reward"""
import torch
from torch.nn import functional as F


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    reward = beta * (chosen - ref_chosen.detach())
    return -F.logsigmoid(reward).mean()
