"""One-hot states and actions, and an einsum for each gradient."""
import numpy as np


def pieces(logits, states, actions):
    log_pi = logits - logits.max(axis=1, keepdims=True)
    log_pi = log_pi - np.log(np.exp(log_pi).sum(axis=1, keepdims=True))
    at_state = np.eye(logits.shape[0])[states]
    took = np.eye(logits.shape[1])[actions]
    score = took - np.exp(log_pi)[states]
    return log_pi, at_state, took, score


def score_function_gradient(logits, states, actions, weights):
    _, at_state, _, score = pieces(logits, states, actions)
    return np.einsum("bt,bts,bta->sa", weights, at_state, score) / states.shape[0]


def exact_gradient(logits, states, actions, returns):
    log_pi, at_state, took, score = pieces(logits, states, actions)
    log_p = np.einsum("bts,sa,bta->b", at_state, log_pi, took)
    return np.einsum("b,bts,bta->sa", np.exp(log_p) * returns, at_state, score)
