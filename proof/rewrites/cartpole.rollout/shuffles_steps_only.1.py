"""a generator of transitions, concatenated with a new axis; all arrays shuffled first, then cut"""
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


def _flatten(x):
    return x.reshape(x.shape[0] * x.shape[1], *x.shape[2:])


def minibatches(rollout, count, seed):
    order = None
    parts = [{} for _ in range(count)]
    for name, x in rollout.items():
        steps, envs = x.shape[:2]
        if order is None:
            if steps * envs % count:
                raise ValueError("unequal parts")
            order = np.random.RandomState(seed).permutation(steps)
        for part, piece in zip(parts, np.split(_flatten(x[order]), count)):
            part[name] = piece.copy()
    return parts
