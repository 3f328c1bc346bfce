"""if/elif per entry, python loops"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    steps, envs = rewards.shape
    advantages = np.zeros((steps, envs), dtype=rewards.dtype)
    for e in range(envs):
        carry = 0.0
        for t in reversed(range(steps)):
            if truncated[t, e]:
                target = rewards[t, e] + gamma * next_values[t, e]
                carry = 0.0
            elif terminated[t, e]:
                target = rewards[t, e]
                carry = 0.0
            else:
                target = rewards[t, e] + gamma * next_values[t, e]
            carry = target - values[t, e] + gamma * lam * carry
            advantages[t, e] = carry
    return advantages
