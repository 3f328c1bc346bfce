"""backward loop, values added on return"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    done = terminated | truncated
    delta = rewards + gamma * next_values * ~terminated - values
    advantages = np.zeros_like(rewards)
    running = np.zeros_like(delta[0])
    for t in reversed(range(len(rewards))):
        running = delta[t] + gamma * lam * ~done[t] * running
        advantages[t] = running
    return advantages + values
