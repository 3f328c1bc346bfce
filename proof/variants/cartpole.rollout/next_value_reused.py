"""Values of the next step are reused where no episode ended; only the others are asked for. Shuffled by `random`."""
import random

import numpy as np


def collect(env, actor, observations, steps):
    names = ["observations", "actions", "log_probs", "rewards", "terminated", "truncated", "values", "next_values"]
    columns = {name: [] for name in names}
    current = observations
    value = actor.value(current)
    for _ in range(steps):
        actions, log_probs = actor.act(current)
        after, rewards, terminated, truncated, led_to = env.step(actions)
        value_after = actor.value(after)
        following = value_after.copy()
        ended = np.flatnonzero(np.logical_or(terminated, truncated))
        if ended.size:
            following[ended] = actor.value(led_to[ended])
        row = [current, actions, log_probs, rewards, terminated, truncated, value, following]
        for name, item in zip(names, row):
            columns[name].append(item)
        current, value = after, value_after
    return {name: np.array(column) for name, column in columns.items()}, current


def minibatches(rollout, count, seed):
    shapes = {array.shape[:2] for array in rollout.values()}
    (steps, envs), = shapes
    places = [(t, e) for t in range(steps) for e in range(envs)]
    if len(places) % count:
        raise ValueError
    random.Random(seed).shuffle(places)
    size = len(places) // count
    result = []
    while places:
        part, places = places[:size], places[size:]
        result.append({name: np.stack([array[t, e] for t, e in part]) for name, array in rollout.items()})
    return result
