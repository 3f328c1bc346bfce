"""arrays filled in place, allocated at the first step; permutation and slices"""
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
    steps, envs = next(iter(rollout.values())).shape[:2]
    samples = steps * envs
    if samples % count != 0:
        raise ValueError("the samples do not make equal parts")
    size = samples // count
    order = np.random.default_rng(0).permutation(samples)
    batches = []
    for i in range(count):
        chosen = order[i * size : (i + 1) * size]
        batches.append({name: x.reshape(samples, *x.shape[2:])[chosen] for name, x in rollout.items()})
    return batches
