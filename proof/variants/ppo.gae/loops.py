"""Two plain loops, over environments and backwards over steps, on Python floats."""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    steps, envs = rewards.shape
    advantages = np.zeros((steps, envs), dtype=rewards.dtype)
    for env in range(envs):
        later = 0.0
        for t in range(steps - 1, -1, -1):
            after = 0.0 if terminated[t, env] else float(next_values[t, env])
            delta = float(rewards[t, env]) + gamma * after - float(values[t, env])
            if terminated[t, env] or truncated[t, env]:
                later = delta
            else:
                later = delta + gamma * lam * later
            advantages[t, env] = later
    return advantages
