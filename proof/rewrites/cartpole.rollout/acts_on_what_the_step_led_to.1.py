"""tuples per step, zip at the end; all arrays shuffled first, then cut"""
import numpy as np


def collect(env, actor, observations, steps):
    state = np.copy(observations)
    records = []
    while len(records) < steps:
        a, lp = actor.act(state)
        v = actor.value(state)
        _, r, term, trunc, end = env.step(a)
        records.append(tuple(np.copy(x) for x in (state, a, lp, r, term, trunc, v, actor.value(end))))
        state = np.copy(end)
    keys = ("observations", "actions", "log_probs", "rewards", "terminated", "truncated", "values", "next_values")
    return {key: np.stack(column) for key, column in zip(keys, zip(*records))}, state


def _flatten(x):
    return x.reshape(x.shape[0] * x.shape[1], *x.shape[2:])


def minibatches(rollout, count, seed):
    order = None
    parts = [{} for _ in range(count)]
    for name, x in rollout.items():
        x = _flatten(x)
        if order is None:
            if len(x) % count:
                raise ValueError("unequal parts")
            order = np.random.RandomState(seed).permutation(len(x))
        for part, piece in zip(parts, np.split(np.take(x, order, axis=0), count)):
            part[name] = piece.copy()
    return parts
