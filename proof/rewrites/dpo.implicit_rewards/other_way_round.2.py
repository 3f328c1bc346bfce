"""drift from the reference, plain lists"""
import torch


def drift(log_probs, ref_log_probs):
    with torch.no_grad():
        fixed = ref_log_probs.clone()
    return fixed - log_probs


def implicit_rewards(log_probs, ref_log_probs, beta):
    return drift(log_probs, ref_log_probs) * beta


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    a = implicit_rewards(chosen, ref_chosen, beta).tolist()
    b = implicit_rewards(rejected, ref_rejected, beta).tolist()
    n = len(a)
    points = 0.0
    for x, y in zip(a, b):
        if x > y:
            points += 1.0
        elif x == y:
            points += 0.5
    return {
        "chosen_reward": sum(a) / n,
        "rejected_reward": sum(b) / n,
        "margin": sum(x - y for x, y in zip(a, b)) / n,
        "accuracy": points / n,
    }
