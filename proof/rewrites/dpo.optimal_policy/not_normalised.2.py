"""row loop, shifted exponentials for Z"""
import torch


def _log_sum(values):
    peak = values.amax()
    return peak + torch.log(torch.exp(values - peak).sum())


def optimal_policy(ref_log_probs, rewards, beta):
    tilted = [lp + r / beta for lp, r in zip(ref_log_probs, rewards)]
    return torch.stack(tilted), torch.stack([beta * _log_sum(t) for t in tilted])
