"""list of losses over the pairs"""
import torch
from torch.nn import functional as F


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    with torch.no_grad():
        prior = ref_chosen - ref_rejected
    losses = []
    for i in range(chosen.shape[0]):
        gain = chosen[i] - rejected[i] - prior[i]
        losses.append(beta * -F.logsigmoid(gain))
    return torch.stack(losses).mean()
