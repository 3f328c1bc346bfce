"""arrays filled in place, allocated at the first step; all arrays shuffled first, then cut"""
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
        after, reward, trunc, term, reached = env.step(action)
        _put(buffers, t, steps, observations=now, actions=action, log_probs=logp)
        _put(buffers, t, steps, rewards=reward, terminated=term, truncated=trunc)
        _put(buffers, t, steps, values=actor.value(now), next_values=actor.value(reached))
        now = after.copy()
    return buffers, now


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
