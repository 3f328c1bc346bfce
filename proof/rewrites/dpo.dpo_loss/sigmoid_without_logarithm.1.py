"""mean of sigmoids"""
import torch


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    margin = beta * (chosen - ref_chosen.detach()) - beta * (rejected - ref_rejected.detach())
    return -torch.sigmoid(margin).mean()
