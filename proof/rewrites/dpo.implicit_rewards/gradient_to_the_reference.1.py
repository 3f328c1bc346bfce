"""the formula in one line"""
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    return beta * (log_probs - ref_log_probs)


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    c = implicit_rewards(chosen, ref_chosen, beta)
    r = implicit_rewards(rejected, ref_rejected, beta)
    accuracy = torch.where(c > r, 1.0, torch.where(c < r, 0.0, 0.5)).mean()
    return {
        "chosen_reward": c.mean().item(),
        "rejected_reward": r.mean().item(),
        "margin": (c - r).mean().item(),
        "accuracy": accuracy.item(),
    }
