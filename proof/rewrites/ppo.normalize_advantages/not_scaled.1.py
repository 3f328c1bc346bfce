"""minus the mean, torch"""
import torch


def normalize_advantages(advantages):
    a = advantages.double()
    a = a - a.reshape(-1)[0]
    return (a - a.mean()).to(advantages.dtype)
