"""accumulating rewards pair by pair"""
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    return torch.mul(log_probs - ref_log_probs.detach(), beta)


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    totals = {"chosen_reward": 0.0, "rejected_reward": 0.0, "margin": 0.0}
    wins = 0.0
    rows = torch.stack([chosen, rejected, ref_chosen, ref_rejected], dim=1).detach()
    for c, r, ref_c, ref_r in rows:
        good = float(beta * (c - ref_c))
        bad = float(beta * (r - ref_r))
        totals["chosen_reward"] += good
        totals["rejected_reward"] += bad
        totals["margin"] += good - bad
        wins += 1.0 if good > bad else 0.5 if good == bad else 0.0
    return {**totals, "accuracy": wins / len(rows)}
