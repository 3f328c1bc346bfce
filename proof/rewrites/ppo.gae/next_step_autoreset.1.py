"""mask of reset rows, backward loop"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    done = terminated | truncated
    is_reset = np.zeros_like(done)
    is_reset[1:] = done[:-1]

    delta = rewards + gamma * np.where(terminated, 0.0, next_values) - values
    advantages = np.zeros_like(rewards)
    running = np.zeros(rewards.shape[1])
    for t in reversed(range(rewards.shape[0])):
        running = delta[t] + gamma * lam * ~done[t] * running
        # the row of the reset holds no action of ours
        running = np.where(is_reset[t], 0.0, running)
        advantages[t] = running
    return advantages
