"""two rewards, logsigmoid of the difference"""
import torch
from torch.nn import functional as F


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    reward_chosen = beta * (chosen - ref_chosen.detach())
    reward_rejected = beta * (rejected - ref_rejected.detach())
    return -F.logsigmoid(reward_rejected - reward_chosen).mean()
