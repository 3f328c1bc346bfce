"""a generator of transitions, concatenated with a new axis; argsort of noise, order reshaped to a table"""
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
        x = z.copy()


def collect(env, actor, observations, steps):
    transitions, last = [], observations
    for transition, last in _walk(env, actor, observations.copy(), steps):
        transition["observations"] = transition["observations"][None].copy()
        transitions.append(transition)
    rollout = {k: np.concatenate([t[k] for t in transitions], axis=0) for k in transitions[0]}
    return rollout, last.copy()


def minibatches(rollout, count, seed):
    shapes = {v.shape[:2] for v in rollout.values()}
    ((steps, envs),) = shapes
    noise = np.random.default_rng(seed).random(steps * envs)
    if noise.size % count:
        raise ValueError("count does not divide the number of samples")
    table = np.argsort(noise).reshape(count, -1)
    rows, cols = np.unravel_index(table, (steps, envs))
    return [{k: v[i, j] for k, v in rollout.items()} for i, j in zip(rows, cols)]
