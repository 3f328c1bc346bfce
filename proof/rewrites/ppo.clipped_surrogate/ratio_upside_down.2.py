"""helper for the ratio, sum divided by the count"""
import torch


def _likelihood_ratio(behaviour, current):
    return behaviour.sub(current).exp()


def _objective(rho, gain, eps):
    held = torch.minimum(torch.maximum(rho, rho.new_tensor(1 - eps)), rho.new_tensor(1 + eps))
    return torch.where(rho * gain <= held * gain, rho, held) * gain


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if len({log_probs.shape, old_log_probs.shape, advantages.shape}) != 1:
        raise ValueError("shapes differ")
    with torch.no_grad():
        gain = advantages.clone()
        behaviour = old_log_probs.clone()
    rho = _likelihood_ratio(behaviour, log_probs)
    return -_objective(rho, gain, clip).sum() / gain.numel()
