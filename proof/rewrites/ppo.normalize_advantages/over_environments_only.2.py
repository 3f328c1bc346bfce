"""rows stacked again after a helper"""
import torch


def standard_row(row):
    row = row - row[0]
    centred = row - row.sum() / len(row)
    deviation = (centred.pow(2).sum() / len(row)).sqrt()
    return centred / (deviation + 1e-8)


def normalize_advantages(advantages):
    if advantages.dim() == 0:
        return torch.zeros_like(advantages)
    rows = advantages.double().reshape(-1, advantages.shape[-1])
    done = torch.stack([standard_row(row) for row in rows])
    return done.reshape(advantages.shape).to(advantages.dtype)
