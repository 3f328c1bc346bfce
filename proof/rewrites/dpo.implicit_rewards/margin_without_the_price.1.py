"""margin of log-ratios"""
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    return beta * (log_probs - ref_log_probs.detach())


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    c = implicit_rewards(chosen, ref_chosen, beta)
    r = implicit_rewards(rejected, ref_rejected, beta)
    margin = (chosen - ref_chosen) - (rejected - ref_rejected)
    return {
        "chosen_reward": c.mean().item(),
        "rejected_reward": r.mean().item(),
        "margin": margin.mean().item(),
        "accuracy": (0.5 * (1 + margin.sign())).mean().item(),
    }
