"""a recorder class, one method a step; np.split of the indices"""
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
        fresh, row["rewards"], terminated, truncated, led_to = self.env.step(row["actions"])
        done = np.logical_or(terminated, truncated)
        row["terminated"] = row["truncated"] = done
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
    flat = {k: v.reshape((-1,) + v.shape[2:]) for k, v in rollout.items()}
    total = len(next(iter(flat.values())))
    indices = np.arange(total)
    np.random.default_rng(seed).shuffle(indices)
    return [{k: v[part] for k, v in flat.items()} for part in np.split(indices, count)]
