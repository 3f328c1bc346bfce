"""sequence loop that adds up log pi and the score together"""
import numpy as np
from curriculum.attention import softmax


def score_function_gradient(logits, states, actions, weights):
    batch, time = states.shape
    pi = softmax(logits)
    grad = np.zeros(logits.shape)
    for b in range(batch):
        for t in range(time):
            s, a = states[b, t], actions[b, t]
            grad[s] -= weights[b, t] * pi[s]
            grad[s, a] += weights[b, t]
    return grad / batch


def exact_gradient(logits, states, actions, returns):
    highest = logits.max(axis=1, keepdims=True)
    log_pi = logits - highest - np.log(np.exp(logits - highest).sum(axis=1, keepdims=True))
    gradient = np.zeros(logits.shape)
    for n in range(len(returns)):
        log_likelihood = 0.0
        score = np.zeros(logits.shape)
        for s, a in zip(states[n], actions[n]):
            log_likelihood += log_pi[s, a]
            score[s, a] += 1
            score[s] -= np.exp(log_pi[s])
        gradient += returns[n] * log_likelihood * score
    return gradient
