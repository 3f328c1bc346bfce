"""one torch expression"""
import torch


def normalize_advantages(advantages):
    std = advantages.double().std(correction=0)
    return (advantages.double() / (std + 1e-8)).to(advantages.dtype)
