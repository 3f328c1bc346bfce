"""one done flag, backward loop"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    done = terminated | truncated
    nonterminal = 1.0 - done
    advantages = np.zeros_like(rewards)
    last = 0.0
    for t in reversed(range(rewards.shape[0])):
        delta = rewards[t] + gamma * nonterminal[t] * next_values[t] - values[t]
        last = delta + gamma * lam * nonterminal[t] * last
        advantages[t] = last
    return advantages
