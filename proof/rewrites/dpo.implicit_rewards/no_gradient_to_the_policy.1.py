"""decorated with no_grad"""
import torch


@torch.no_grad()
def implicit_rewards(log_probs, ref_log_probs, beta):
    return beta * (log_probs - ref_log_probs)


@torch.no_grad()
def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    c = implicit_rewards(chosen, ref_chosen, beta)
    r = implicit_rewards(rejected, ref_rejected, beta)
    ahead = (c > r).double() + (c == r).double() / 2
    return {
        "chosen_reward": c.mean().item(),
        "rejected_reward": r.mean().item(),
        "margin": (c - r).mean().item(),
        "accuracy": ahead.mean().item(),
    }
