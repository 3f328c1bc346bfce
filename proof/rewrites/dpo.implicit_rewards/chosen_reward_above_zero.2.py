"""helper that compares policy and reference, loop"""
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    return log_probs.sub(ref_log_probs.detach()).mul(beta)


def learned(policy, reference):
    if policy == reference:
        return 0.5
    return float(policy > reference)


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    n = chosen.shape[0]
    up = implicit_rewards(chosen, ref_chosen, beta)
    down = implicit_rewards(rejected, ref_rejected, beta)
    return {
        "chosen_reward": up.sum().item() / n,
        "rejected_reward": down.sum().item() / n,
        "margin": (up - down).sum().item() / n,
        "accuracy": sum(learned(chosen[i].item(), ref_chosen[i].item()) for i in range(n)) / n,
    }
