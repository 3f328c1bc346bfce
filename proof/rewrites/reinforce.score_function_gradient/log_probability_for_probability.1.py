"""log-softmax summed over time, einsum"""
import numpy as np


def _log_softmax(logits):
    z = logits - logits.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def _scores(logits, actions, states):
    return np.eye(logits.shape[1])[actions] - np.exp(_log_softmax(logits))[states]


def score_function_gradient(logits, states, actions, weights):
    rows = np.eye(len(logits))[states]
    return np.einsum("bt,bts,bta->sa", weights, rows, _scores(logits, actions, states)) / len(states)


def exact_gradient(logits, states, actions, returns):
    log_p = _log_softmax(logits)[states, actions].sum(axis=1)
    rows = np.eye(len(logits))[states]
    return np.einsum("n,nts,nta->sa", log_p * returns, rows, _scores(logits, actions, states))
