"""everything of the data under no_grad"""
import torch
from torch import nn


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    with torch.no_grad():
        chosen_reward = beta * (chosen - ref_chosen)
        rejected_base = beta * ref_rejected
    rejected_reward = beta * rejected - rejected_base
    log_sigmoid = nn.LogSigmoid()
    return -torch.mean(log_sigmoid(chosen_reward - rejected_reward))
