"""rewards computed in numpy"""
import numpy as np
import torch


def _array(tensor):
    return tensor.detach().cpu().numpy()


def implicit_rewards(log_probs, ref_log_probs, beta):
    difference = _array(log_probs) - _array(ref_log_probs)
    return torch.from_numpy(np.asarray(beta * difference, dtype=difference.dtype))


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    c = implicit_rewards(chosen, ref_chosen, beta).numpy()
    r = implicit_rewards(rejected, ref_rejected, beta).numpy()
    return {
        "chosen_reward": float(np.mean(c)),
        "rejected_reward": float(np.mean(r)),
        "margin": float(np.mean(c - r)),
        "accuracy": float(np.mean((np.sign(c - r) + 1) / 2)),
    }
