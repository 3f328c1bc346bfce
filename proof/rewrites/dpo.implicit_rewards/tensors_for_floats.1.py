"""means as they come"""
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    return beta * (log_probs - ref_log_probs.detach())


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    c = implicit_rewards(chosen, ref_chosen, beta)
    r = implicit_rewards(rejected, ref_rejected, beta)
    return {
        "chosen_reward": c.mean(),
        "rejected_reward": r.mean(),
        "margin": (c - r).mean(),
        "accuracy": ((c > r).to(c.dtype) + (c == r).to(c.dtype) / 2).mean(),
    }
