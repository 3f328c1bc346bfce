"""lists one longer than needed, cut at the last step; step and copy indices, the standard library's shuffle"""
import itertools
import random

import numpy as np


def collect(env, actor, observations, steps):
    obs, values = [observations.copy()], [actor.value(observations).copy()]
    rest = {"actions": [], "log_probs": [], "rewards": [], "terminated": [], "truncated": [], "next_values": []}
    while len(obs) < steps:
        actions, log_probs = actor.act(obs[-1])
        new, rewards, terminated, truncated, led_to = env.step(actions)
        row = (actions, log_probs, rewards, terminated, truncated, actor.value(led_to))
        for store, item in zip(rest.values(), row):
            store.append(item.copy())
        obs.append(new.copy())
        values.append(actor.value(new).copy())
    rollout = {"observations": np.array(obs[:-1]), "values": np.array(values[:-1])}
    rollout.update((name, np.array(store)) for name, store in rest.items())
    return rollout, obs[-1].copy()


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
