"""torch.var_mean, equal groups cleared afterwards"""
import torch


def grpo_advantages(rewards, group, by_std=True):
    values = rewards.detach().clone()
    variance, centre = torch.var_mean(values, dim=0)
    scale = variance.sqrt() + 1e-4 if by_std else torch.ones_like(variance)
    out = (values - centre) / scale
    rows = out.view(-1, group)
    for row, texts in zip(rows, values.view(-1, group)):
        if texts.unique().numel() == 1:
            row.zero_()
    return out
