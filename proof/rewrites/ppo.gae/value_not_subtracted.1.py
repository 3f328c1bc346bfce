"""backward loop over rows"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    ended = terminated | truncated
    td = rewards + gamma * next_values * ~terminated
    adv = np.zeros_like(rewards)
    tail = np.zeros_like(rewards[0])
    for t in reversed(range(len(td))):
        tail = td[t] + gamma * lam * tail * ~ended[t]
        adv[t] = tail
    return adv
