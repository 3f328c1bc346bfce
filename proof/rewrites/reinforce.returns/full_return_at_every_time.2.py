"""nested Python loops, one episode at a time"""
import numpy as np


def episode_return(episode, gamma):
    value = 0.0
    for t in range(len(episode)):
        value += gamma ** t * float(episode[t])
    return value


def discounted_returns(rewards, gamma):
    return np.array([episode_return(e, gamma) for e in rewards], dtype=rewards.dtype)


def rewards_to_go(rewards, gamma):
    credit = np.empty_like(rewards)
    for b, episode in enumerate(rewards):
        for t in range(len(episode)):
            credit[b, t] = episode_return(episode, gamma)
    return credit
