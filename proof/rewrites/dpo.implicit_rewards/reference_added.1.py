"""terms weighted one by one"""
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    return beta * log_probs + beta * ref_log_probs.detach()


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    with torch.no_grad():
        c = implicit_rewards(chosen, ref_chosen, beta)
        r = implicit_rewards(rejected, ref_rejected, beta)
        ahead = (c > r).to(c.dtype)
        tied = (c == r).to(c.dtype)
    return {
        "chosen_reward": c.mean().item(),
        "rejected_reward": r.mean().item(),
        "margin": (c - r).mean().item(),
        "accuracy": (ahead + tied / 2).mean().item(),
    }
