"""per-sample loop over times, np.mean at the end"""
import numpy as np
from curriculum.attention import softmax


def score_function_gradient(logits, states, actions, weights):
    pi = softmax(logits)
    per_sample = []
    for path_states, path_actions in zip(states, actions):
        score = np.zeros_like(logits)
        for s, a in zip(path_states, path_actions):
            hot = np.zeros(logits.shape[1])
            hot[a] = 1
            score[s] += hot - pi[s]
        per_sample.append(score)
    return np.mean(per_sample, axis=0)


def exact_gradient(logits, states, actions, returns):
    n_states, n_actions = logits.shape
    pi = softmax(logits)
    p = pi[states, actions].prod(axis=1)
    score = np.eye(n_actions)[actions] - pi[states]
    return np.einsum("n,nts,nta->sa", p * returns, np.eye(n_states)[states], score)
