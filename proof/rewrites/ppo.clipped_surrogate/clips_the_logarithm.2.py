"""new log-probability held near the old one"""
import torch


def _held_near(x, centre, radius):
    return torch.minimum(torch.maximum(x, centre - radius), centre + radius)


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if log_probs.shape != old_log_probs.shape:
        raise ValueError("log_probs and old_log_probs differ in shape")
    if log_probs.shape != advantages.shape:
        raise ValueError("log_probs and advantages differ in shape")
    old, gain = old_log_probs.detach(), advantages.detach()
    free = torch.exp(log_probs - old)
    held = torch.exp(_held_near(log_probs, old, clip) - old)
    chosen = torch.where(free * gain <= held * gain, free, held)
    return torch.mean(-chosen * gain)
