"""torch, eps as a module constant"""
import torch

EPS = 1e-5


def normalize_advantages(advantages):
    a = advantages.double()
    a = a - a.flatten()[0]
    return ((a - a.mean()) / (a.std(correction=0) + EPS)).to(advantages.dtype)
