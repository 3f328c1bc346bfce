"""small class, numpy for the statistics"""
import numpy as np
import torch


class PolicyReward:
    def __init__(self, beta):
        self.beta = beta

    def __call__(self, log_probs):
        return log_probs.mul(self.beta)


def implicit_rewards(log_probs, ref_log_probs, beta):
    return PolicyReward(beta)(log_probs)


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    reward = PolicyReward(beta)
    up = reward(chosen).detach().numpy()
    down = reward(rejected).detach().numpy()
    gap = up - down
    return dict(
        chosen_reward=float(np.mean(up)),
        rejected_reward=float(np.mean(down)),
        margin=float(np.mean(gap)),
        accuracy=float(np.mean(np.where(gap > 0, 1.0, np.where(gap < 0, 0.0, 0.5)))),
    )
