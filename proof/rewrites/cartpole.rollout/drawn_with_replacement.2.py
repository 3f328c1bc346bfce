"""arrays filled in place, allocated at the first step; index tables for steps and copies"""
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
        _put(buffers, t, steps, values=actor.value(now), next_values=actor.value(reached))
        now = after.copy()
    return buffers, now


def minibatches(rollout, count, seed):
    shapes = {v.shape[:2] for v in rollout.values()}
    ((steps, envs),) = shapes
    if steps * envs % count:
        raise ValueError("count does not divide the number of samples")
    rng = np.random.default_rng(seed)
    rows = rng.integers(steps, size=(count, steps * envs // count))
    cols = rng.integers(envs, size=rows.shape)
    return [{k: v[i, j] for k, v in rollout.items()} for i, j in zip(rows, cols)]
