"""torch.div under a helper, statistics module"""
from statistics import fmean

import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    frozen = ref_log_probs.detach()
    relative = torch.div(log_probs, frozen)
    return relative * beta


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    good = implicit_rewards(chosen, ref_chosen, beta).tolist()
    poor = implicit_rewards(rejected, ref_rejected, beta).tolist()
    pairs = list(zip(good, poor))
    return {
        "chosen_reward": fmean(good),
        "rejected_reward": fmean(poor),
        "margin": fmean(g - p for g, p in pairs),
        "accuracy": fmean(1.0 if g > p else 0.5 if g == p else 0.0 for g, p in pairs),
    }
