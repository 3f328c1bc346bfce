"""score of each episode, then times its total"""
import numpy as np
from curriculum.attention import softmax


def _episode_score(pi, states, actions):
    score = np.zeros(pi.shape)
    for s, a in zip(states, actions):
        score[s] -= pi[s]
        score[s, a] += 1.0
    return score


def score_function_gradient(logits, states, actions, weights):
    pi = softmax(logits)
    estimates = [_episode_score(pi, s, a) * w.sum() for s, a, w in zip(states, actions, weights)]
    return np.mean(estimates, axis=0)


def exact_gradient(logits, states, actions, returns):
    pi = softmax(logits)
    gradient = np.zeros(pi.shape)
    for s, a, value in zip(states, actions, returns):
        gradient += pi[s, a].prod() * value * _episode_score(pi, s, a)
    return gradient
