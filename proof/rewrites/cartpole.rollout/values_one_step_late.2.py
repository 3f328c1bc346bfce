"""arrays filled in place, allocated at the first step; argsort of noise, order reshaped to a table"""
import numpy as np


def _put(buffers, t, steps, **entries):
    for name, entry in entries.items():
        entry = np.asarray(entry)
        if name not in buffers:
            buffers[name] = np.empty((steps,) + entry.shape, dtype=entry.dtype)
        buffers[name][t] = entry


def collect(env, actor, observations, steps):
    buffers = {}
    now = observations.copy()
    for t in range(steps):
        action, logp = actor.act(now)
        after, reward, term, trunc, reached = env.step(action)
        _put(buffers, t, steps, observations=now, actions=action, log_probs=logp)
        _put(buffers, t, steps, rewards=reward, terminated=term, truncated=trunc)
        _put(buffers, t, steps, next_values=actor.value(reached))
        now = after.copy()
        _put(buffers, t, steps, values=actor.value(now))
    return buffers, now


def minibatches(rollout, count, seed):
    shapes = {v.shape[:2] for v in rollout.values()}
    ((steps, envs),) = shapes
    noise = np.random.default_rng(seed).random(steps * envs)
    if noise.size % count:
        raise ValueError("count does not divide the number of samples")
    table = np.argsort(noise).reshape(count, -1)
    rows, cols = np.unravel_index(table, (steps, envs))
    return [{k: v[i, j] for k, v in rollout.items()} for i, j in zip(rows, cols)]
