"""a generator of transitions, concatenated with a new axis; np.split of the indices"""
import itertools

import numpy as np


def _walk(env, actor, x, steps):
    for _ in itertools.repeat(None, steps):
        u, logu = actor.act(x)
        y, r, died, timeout, z = env.step(u)
        yield dict(
            observations=z,
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


def minibatches(rollout, count, seed):
    flat = {k: v.reshape((-1,) + v.shape[2:]) for k, v in rollout.items()}
    total = len(next(iter(flat.values())))
    indices = np.arange(total)
    np.random.default_rng(seed).shuffle(indices)
    return [{k: v[part] for k, v in flat.items()} for part in np.split(indices, count)]
