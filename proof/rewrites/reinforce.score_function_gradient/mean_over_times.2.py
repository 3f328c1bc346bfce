"""table of scores for each sample, np.mean over times and samples"""
import numpy as np
from curriculum.attention import softmax


def _scores(logits, states, actions):
    """d log pi of every visit with respect to the whole table: (batch, time, states, actions)."""
    pi = softmax(logits)
    scores = np.zeros(states.shape + logits.shape)
    for index in np.ndindex(*states.shape):
        s, a = states[index], actions[index]
        scores[index][s] = -pi[s]
        scores[index][s, a] += 1.0
    return scores


def score_function_gradient(logits, states, actions, weights):
    weighted = weights[:, :, None, None] * _scores(logits, states, actions)
    return weighted.mean(axis=1).mean(axis=0)


def exact_gradient(logits, states, actions, returns):
    chance = softmax(logits)[states, actions].prod(axis=1)
    per_sequence = _scores(logits, states, actions).mean(axis=1)
    return np.tensordot(chance * returns, per_sequence, axes=1)
