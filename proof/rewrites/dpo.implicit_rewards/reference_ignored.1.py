"""second function built on the first"""
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    return beta * log_probs


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    good = implicit_rewards(chosen, ref_chosen, beta)
    bad = implicit_rewards(rejected, ref_rejected, beta)
    wins = (good > bad).double() + 0.5 * (good == bad).double()
    return {
        "chosen_reward": good.mean().item(),
        "rejected_reward": bad.mean().item(),
        "margin": (good - bad).mean().item(),
        "accuracy": wins.mean().item(),
    }
