"""a recorder class, one method a step; shuffle a copy of each array, then np.split"""
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
    rng = np.random.default_rng(seed)
    shuffled = {}
    for name, x in rollout.items():
        flat = x.reshape((-1,) + x.shape[2:]).copy()
        rng.shuffle(flat, axis=0)
        shuffled[name] = np.split(flat, count)
    return [{name: parts[i] for name, parts in shuffled.items()} for i in range(count)]
