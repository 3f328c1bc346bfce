"""forward sum from every step until a break"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    steps, envs = rewards.shape
    # a truncated step bootstraps, a terminated one does not
    bootstrap = np.where(terminated, np.zeros_like(next_values), next_values)
    td = rewards + gamma * bootstrap - values
    ans = np.zeros_like(rewards)
    for e in range(envs):
        for t in range(steps):
            weight, total = 1.0, 0.0
            for s in range(t, steps):
                total += weight * td[s, e]
                if terminated[s, e]:
                    break
                weight *= gamma * lam
            ans[t, e] = total
    return ans
