"""torch sums of all four"""
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    return beta * (log_probs - ref_log_probs.detach())


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    c = implicit_rewards(chosen, ref_chosen, beta)
    r = implicit_rewards(rejected, ref_rejected, beta)
    right = (c > r).double() + 0.5 * (c == r).double()
    return {
        "chosen_reward": c.sum().item(),
        "rejected_reward": r.sum().item(),
        "margin": (c - r).sum().item(),
        "accuracy": right.sum().item(),
    }
