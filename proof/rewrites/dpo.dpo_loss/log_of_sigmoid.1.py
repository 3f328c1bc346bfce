"""sigmoid, log, mean"""
import torch


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    margin = beta * ((chosen - ref_chosen.detach()) - (rejected - ref_rejected.detach()))
    probability = torch.sigmoid(margin)
    return -torch.log(probability).mean()
