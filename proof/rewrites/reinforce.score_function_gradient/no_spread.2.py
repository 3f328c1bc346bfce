"""bincount of flat indices, shared by both functions"""
import numpy as np
from curriculum.attention import softmax


def _collect(shape, states, actions, amounts):
    flat = np.ravel_multi_index((states.ravel(), actions.ravel()), shape)
    sums = np.bincount(flat, weights=amounts.ravel(), minlength=shape[0] * shape[1])
    return sums.reshape(shape)


def score_function_gradient(logits, states, actions, weights):
    return _collect(logits.shape, states, actions, weights) / len(weights)


def exact_gradient(logits, states, actions, returns):
    p = softmax(logits)[states, actions].prod(axis=1)
    amounts = np.tile((p * returns)[:, None], (1, states.shape[1]))
    return _collect(logits.shape, states, actions, amounts)
