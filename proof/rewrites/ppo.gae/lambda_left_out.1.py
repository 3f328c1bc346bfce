"""backward loop, masks as floats"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    terminal_mask = 1.0 - terminated.astype(np.float64)
    episode_mask = terminal_mask * (1.0 - truncated.astype(np.float64))
    delta = rewards + gamma * next_values * terminal_mask - values
    adv = np.zeros(rewards.shape, dtype=rewards.dtype)
    running = np.zeros(rewards.shape[1])
    for t in reversed(range(rewards.shape[0])):
        running = delta[t] + gamma * episode_mask[t] * running
        adv[t] = running
    return adv
