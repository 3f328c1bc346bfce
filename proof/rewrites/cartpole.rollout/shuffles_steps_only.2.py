"""a recorder class, one method a step; indices step·envs + copy, sliced"""
import random

import numpy as np


class _Collector:
    def __init__(self, env, actor, observations):
        self.env, self.actor = env, actor
        self.current = observations.copy()
        self.rows = []

    def step(self):
        row = {"observations": self.current}
        row["actions"], row["log_probs"] = self.actor.act(self.current)
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
    array = next(iter(rollout.values()))
    steps, envs = array.shape[0], array.shape[1]
    rows = list(range(steps))
    random.Random(seed).shuffle(rows)
    order = [step * envs + env for step in rows for env in range(envs)]
    size, rest = divmod(len(order), count)
    if rest > 0:
        raise ValueError("cannot be parted evenly")
    out = []
    while order:
        take, order = order[:size], order[size:]
        out.append({k: v.reshape(steps * envs, *v.shape[2:])[take] for k, v in rollout.items()})
    return out
