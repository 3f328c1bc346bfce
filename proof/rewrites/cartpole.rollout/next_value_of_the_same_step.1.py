"""arrays filled in place, allocated at the first step; step and copy indices, the standard library's shuffle"""
import itertools
import random

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
        after, reward, term, trunc, _ = env.step(action)
        _put(buffers, t, steps, observations=now, actions=action, log_probs=logp)
        _put(buffers, t, steps, rewards=reward, terminated=term, truncated=trunc)
        value = actor.value(now)
        _put(buffers, t, steps, values=value, next_values=value)
        now = after.copy()
    return buffers, now


def minibatches(rollout, count, seed):
    first = list(rollout.values())[0]
    pairs = list(itertools.product(range(first.shape[0]), range(first.shape[1])))
    size, rest = divmod(len(pairs), count)
    if rest:
        raise ValueError(f"{len(pairs)} samples, {count} parts")
    random.Random(seed).shuffle(pairs)
    result = []
    for start in range(0, len(pairs), size):
        t, e = np.array(pairs[start : start + size]).T
        result.append({name: array[t, e] for name, array in rollout.items()})
    return result
