"""helper for the pessimistic ratio, flat dot product"""
import torch


def _pessimistic_ratio(log_ratio, eps):
    rho = log_ratio.exp()
    candidates = torch.stack((rho, rho.clip(1 - eps, 1 + eps)), dim=-1)
    return candidates.amin(dim=-1)


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    for t in (old_log_probs, advantages):
        if t.shape != log_probs.shape:
            raise ValueError("all inputs need the shape of log_probs")
    rho = _pessimistic_ratio(log_probs - old_log_probs.detach(), clip)
    gain = advantages.detach().flatten()
    return -(rho.flatten() @ gain) / gain.shape[0]
