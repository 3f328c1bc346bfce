"""expected share of wrong preferences"""
import torch


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    scores = torch.stack((chosen - ref_chosen.detach(), rejected - ref_rejected.detach()), dim=1)
    prefer_chosen = torch.softmax(beta * scores, dim=1)[:, 0]
    return (1 - prefer_chosen).mean()
