"""values for the whole rollout at once, after the loop; step and copy indices, the standard library's shuffle"""
import itertools
import random

import numpy as np


def _values(actor, x):
    steps, envs = x.shape[:2]
    return actor.value(x.reshape(steps * envs, -1)).reshape(steps, envs)


def collect(env, actor, observations, steps):
    seen, reached = [], []
    acts, logps, rews, terms, truncs = [], [], [], [], []
    current = observations.copy()
    for step in range(steps):
        seen.append(current)
        action, logp = actor.act(current)
        current, reward, term, trunc, led_to = (x.copy() for x in env.step(action))
        acts.append(action.copy())
        logps.append(logp.copy())
        rews.append(reward)
        terms.append(term)
        truncs.append(trunc)
        reached.append(led_to)
    seen, reached = np.array(seen), np.array(reached)
    rollout = {
        "observations": seen,
        "actions": np.array(acts),
        "log_probs": np.array(logps),
        "rewards": np.array(rews),
        "terminated": np.array(terms) | np.array(truncs),
        "truncated": np.array(truncs),
        "values": _values(actor, seen),
        "next_values": _values(actor, reached),
    }
    return rollout, current


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
