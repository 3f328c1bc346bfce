"""tuples per step, zip at the end; step and copy indices, the standard library's shuffle"""
import itertools
import random

import numpy as np


def collect(env, actor, observations, steps):
    state = np.copy(observations)
    records = []
    while len(records) < steps:
        a, lp = actor.act(state)
        v = actor.value(state)
        s2, r, term, trunc, end = env.step(a)
        records.append(tuple(np.copy(x) for x in (state, a, lp, r, term, trunc, v, actor.value(end))))
        state = np.copy(s2)
    keys = ("observations", "actions", "log_probs", "rewards", "terminated", "truncated", "values", "next_values")
    return {key: np.stack(column) for key, column in zip(keys, zip(*records))}, state


def minibatches(rollout, count, seed):
    first = list(rollout.values())[0]
    pairs = list(itertools.product(range(first.shape[0]), range(first.shape[1])))
    size, rest = divmod(len(pairs), count)
    if rest:
        raise ValueError(f"{len(pairs)} samples, {count} parts")
    random.Random(len(pairs)).shuffle(pairs)
    result = []
    for start in range(0, len(pairs), size):
        t, e = np.array(pairs[start : start + size]).T
        result.append({name: array[t, e] for name, array in rollout.items()})
    return result
