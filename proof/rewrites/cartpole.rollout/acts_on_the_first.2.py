"""a recorder class, one method a step; step and copy indices, the standard library's shuffle"""
import itertools
import random

import numpy as np


class _Collector:
    def __init__(self, env, actor, observations):
        self.env, self.actor = env, actor
        self.observations = observations.copy()
        self.current = observations.copy()
        self.rows = []

    def step(self):
        row = {"observations": self.current}
        row["actions"], row["log_probs"] = self.actor.act(self.observations)
        row["values"] = self.actor.value(self.current)
        fresh, row["rewards"], row["terminated"], row["truncated"], led_to = self.env.step(row["actions"])
        row["next_values"] = self.actor.value(led_to)
        self.rows.append({key: np.array(entry) for key, entry in row.items()})
        self.current = fresh.copy()

    def result(self):
        return {key: np.stack([row[key] for row in self.rows]) for key in self.rows[0]}


def collect(env, actor, observations, steps):
    collector = _Collector(env, actor, observations)
    for _ in range(steps):
        collector.step()
    return collector.result(), collector.current


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
