"""The norm of the centred vector, divided by the root of its length."""
import torch


def normalize_advantages(advantages):
    flat = advantages.reshape(-1)
    centred = flat - flat.sum() / flat.numel()
    deviation = torch.linalg.vector_norm(centred) / flat.numel() ** 0.5
    return (centred / (deviation + 1e-8)).view(advantages.shape)
