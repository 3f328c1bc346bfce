"""counting over Python lists"""
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    with torch.no_grad():
        offset = -ref_log_probs
    return (log_probs + offset) * beta


def _share_ahead(first, second):
    points = {True: 1.0, False: 0.0}
    scores = [0.5 if a == b else points[a > b] for a, b in zip(first.tolist(), second.tolist())]
    return sum(scores) / len(scores)


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    mean_c = implicit_rewards(chosen, ref_chosen, beta).mean().item()
    mean_r = implicit_rewards(rejected, ref_rejected, beta).mean().item()
    return {
        "chosen_reward": mean_c,
        "rejected_reward": mean_r,
        "margin": mean_c - mean_r,
        "accuracy": _share_ahead(chosen, rejected),
    }
