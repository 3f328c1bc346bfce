"""table of two columns against one reference column"""
import torch
from torch import nn


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    with torch.no_grad():
        reference = ref_chosen.unsqueeze(1).clone()
    rewards = beta * (torch.stack([chosen, rejected], dim=1) - reference)
    preferred = nn.LogSigmoid()(rewards[:, 0] - rewards[:, 1])
    return preferred.mean().neg()
