"""l1_loss as the distance of the rewards"""
import torch
from torch.nn import functional as F


def implicit_rewards(log_probs, ref_log_probs, beta):
    return (log_probs - ref_log_probs.detach()) * beta


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    good, bad = (
        implicit_rewards(p.detach(), q, beta) for p, q in ((chosen, ref_chosen), (rejected, ref_rejected))
    )
    n = good.numel()
    wins = int((good > bad).sum())
    losses = int((good < bad).sum())
    return {
        "chosen_reward": float(good.mean()),
        "rejected_reward": float(bad.mean()),
        "margin": float(F.l1_loss(good, bad)),
        "accuracy": 0.5 + (wins - losses) / (2 * n),
    }
