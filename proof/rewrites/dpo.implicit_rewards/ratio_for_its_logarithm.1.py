"""exp of the difference of logs"""
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    ratio = torch.exp(log_probs - ref_log_probs.detach())
    return beta * ratio


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    c = implicit_rewards(chosen, ref_chosen, beta)
    r = implicit_rewards(rejected, ref_rejected, beta)
    correct = (c > r) + 0.5 * (c == r)
    return {
        "chosen_reward": c.mean().item(),
        "rejected_reward": r.mean().item(),
        "margin": (c - r).mean().item(),
        "accuracy": correct.mean().item(),
    }
