"""a generator of transitions, concatenated with a new axis; nested comprehensions, a permutation helper"""
import itertools

import numpy as np


def _walk(env, actor, x, steps):
    for _ in itertools.repeat(None, steps):
        u, logu = actor.act(x)
        y, r, died, timeout, z = env.step(u)
        yield dict(
            observations=x,
            actions=u[None].copy(),
            log_probs=logu[None].copy(),
            rewards=r[None].copy(),
            terminated=died[None].copy(),
            truncated=timeout[None].copy(),
            values=actor.value(x)[None].copy(),
            next_values=actor.value(z)[None].copy(),
        ), y
        x = y.copy()


def collect(env, actor, observations, steps):
    transitions, last = [], observations
    for transition, last in _walk(env, actor, observations.copy(), steps):
        transition["observations"] = transition["observations"][None].copy()
        transitions.append(transition)
    rollout = {k: np.concatenate([t[k] for t in transitions], axis=0) for k in transitions[0]}
    return rollout, last.copy()


def _cut(x, count, rng):
    samples = x.shape[0] * x.shape[1]
    if samples % count:
        raise ValueError("unequal minibatches")
    order = rng.permutation(samples).reshape(count, samples // count)
    return [x[rows // x.shape[1], rows % x.shape[1]] for rows in order]


def minibatches(rollout, count, seed):
    rng = np.random.default_rng(seed)
    columns = {name: _cut(x, count, rng) for name, x in rollout.items()}
    return [dict(zip(columns, row)) for row in zip(*columns.values())]
