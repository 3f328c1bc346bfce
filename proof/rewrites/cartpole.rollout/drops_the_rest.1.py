"""a recorder class, one method a step; permutation and slices"""
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
    steps, envs = next(iter(rollout.values())).shape[:2]
    samples = steps * envs
    size = samples // count
    order = np.random.default_rng(seed).permutation(samples)
    batches = []
    for i in range(count):
        chosen = order[i * size : (i + 1) * size]
        batches.append({name: x.reshape(samples, *x.shape[2:])[chosen] for name, x in rollout.items()})
    return batches
