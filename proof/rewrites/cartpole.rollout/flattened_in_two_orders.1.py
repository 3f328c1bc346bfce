"""tuples per step, zip at the end; swapaxes for arrays with features, reshape for scalars"""
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


def _samples(x):
    if x.ndim > 2:
        return x.swapaxes(0, 1).reshape(-1, *x.shape[2:])
    return x.reshape(-1)


def minibatches(rollout, count, seed):
    flat = {name: _samples(x) for name, x in rollout.items()}
    n = next(iter(flat.values())).shape[0]
    if n % count:
        raise ValueError("the parts would differ in size")
    order = np.random.default_rng(seed).permutation(n)
    size = n // count
    return [{name: x[order[s : s + size]] for name, x in flat.items()} for s in range(0, n, size)]
