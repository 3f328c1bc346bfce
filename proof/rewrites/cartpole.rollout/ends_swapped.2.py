"""tuples per step, zip at the end; permutation and slices"""
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
    keys = ("observations", "actions", "log_probs", "rewards", "truncated", "terminated", "values", "next_values")
    return {key: np.stack(column) for key, column in zip(keys, zip(*records))}, state


def minibatches(rollout, count, seed):
    steps, envs = next(iter(rollout.values())).shape[:2]
    samples = steps * envs
    if samples % count != 0:
        raise ValueError("the samples do not make equal parts")
    size = samples // count
    order = np.random.default_rng(seed).permutation(samples)
    batches = []
    for i in range(count):
        chosen = order[i * size : (i + 1) * size]
        batches.append({name: x.reshape(samples, *x.shape[2:])[chosen] for name, x in rollout.items()})
    return batches
