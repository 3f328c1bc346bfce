"""square around the target margin"""
import torch


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    h = (chosen - ref_chosen.detach()) - (rejected - ref_rejected.detach())
    return ((h - 1 / (2 * beta)) ** 2).mean()
