"""numpy statistics of log-ratios"""
import numpy as np
import torch


def log_ratio(policy, reference):
    with torch.no_grad():
        base = reference.clone()
    return policy - base


def implicit_rewards(log_probs, ref_log_probs, beta):
    return log_ratio(log_probs, ref_log_probs)


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    c = log_ratio(chosen, ref_chosen).detach().numpy()
    r = log_ratio(rejected, ref_rejected).detach().numpy()
    return {
        "chosen_reward": float(c.mean()),
        "rejected_reward": float(r.mean()),
        "margin": float((c - r).mean()),
        "accuracy": float((0.5 + 0.5 * np.sign(c - r)).mean()),
    }
