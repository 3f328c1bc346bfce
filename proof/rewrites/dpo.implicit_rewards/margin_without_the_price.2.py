"""ratios first, rewards as scaled means"""
import numpy as np
import torch


def _nats(log_probs, ref_log_probs):
    return log_probs - ref_log_probs.detach()


def implicit_rewards(log_probs, ref_log_probs, beta):
    return beta * _nats(log_probs, ref_log_probs)


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    up = _nats(chosen, ref_chosen).detach().numpy()
    down = _nats(rejected, ref_rejected).detach().numpy()
    wins = np.mean(up > down)
    ties = np.mean(up == down)
    return {
        "chosen_reward": beta * float(up.mean()),
        "rejected_reward": beta * float(down.mean()),
        "margin": float((up - down).mean()),
        "accuracy": float(wins + ties / 2),
    }
