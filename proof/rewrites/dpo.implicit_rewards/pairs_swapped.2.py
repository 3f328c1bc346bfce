"""one vector of margins for both last numbers"""
import numpy as np
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    log_ratio = log_probs - ref_log_probs.detach()
    return log_ratio * beta


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    rewards = implicit_rewards(torch.stack([chosen, rejected]), torch.stack([ref_chosen, ref_rejected]), beta)
    table = rewards.detach().numpy()
    margins = np.diff(table, axis=0)[0]
    accuracy = np.where(margins == 0, 0.5, margins > 0)
    mean_chosen, mean_rejected = table.mean(axis=1)
    return {
        "chosen_reward": float(mean_chosen),
        "rejected_reward": float(mean_rejected),
        "margin": float(margins.mean()),
        "accuracy": float(accuracy.mean()),
    }
