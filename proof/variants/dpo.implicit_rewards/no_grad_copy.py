"""The reference is multiplied and subtracted under no_grad; the accuracy is counted pair by pair."""
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    with torch.no_grad():
        fixed = ref_log_probs * beta
    return torch.mul(log_probs, beta).sub(fixed)


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    good = ((chosen - ref_chosen) * beta).tolist()
    bad = ((rejected - ref_rejected) * beta).tolist()
    n, right = len(good), 0.0
    for a, b in zip(good, bad):
        right += 1.0 if a > b else 0.0 if a < b else 0.5
    return {
        "accuracy": right / n,
        "margin": sum(a - b for a, b in zip(good, bad)) / n,
        "chosen_reward": sum(good) / n,
        "rejected_reward": sum(bad) / n,
    }
