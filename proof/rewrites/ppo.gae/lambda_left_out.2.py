"""discounted returns first, values taken off at the end"""
import numpy as np


def bootstrapped_returns(rewards, next_values, terminated, truncated, gamma):
    returns = np.zeros(rewards.shape)
    following = next_values[-1].astype(np.float64)
    for t in reversed(range(len(rewards))):
        following = np.where(truncated[t], next_values[t], following)
        following = np.where(terminated[t], 0.0, following)
        following = rewards[t] + gamma * following
        returns[t] = following
    return returns


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    returns = bootstrapped_returns(rewards, next_values, terminated, truncated, gamma)
    return (returns - values).astype(rewards.dtype)
