"""one minus the share of errors, numpy"""
import numpy as np
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    reference = ref_log_probs.detach()
    return (log_probs - reference) * beta


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    win = implicit_rewards(chosen.detach(), ref_chosen, beta).numpy()
    lose = implicit_rewards(rejected.detach(), ref_rejected, beta).numpy()
    errors = np.count_nonzero(lose > win)
    return {
        "chosen_reward": float(np.average(win)),
        "rejected_reward": float(np.average(lose)),
        "margin": float(np.average(win - lose)),
        "accuracy": 1.0 - errors / win.size,
    }
