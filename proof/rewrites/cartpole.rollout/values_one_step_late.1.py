"""lists in a dict, stacked at the end; step and copy indices, the standard library's shuffle"""
import itertools
import random

import numpy as np


def collect(env, actor, observations, steps):
    names = ["observations", "actions", "log_probs", "rewards", "terminated", "truncated", "values", "next_values"]
    rollout = {name: [] for name in names}
    obs = np.array(observations)
    for _ in range(steps):
        actions, log_probs = actor.act(obs)
        new_obs, rewards, terminated, truncated, led_to = env.step(actions)
        values = actor.value(new_obs)
        next_values = actor.value(led_to)
        rollout["observations"].append(np.array(obs))
        rollout["actions"].append(np.array(actions))
        rollout["log_probs"].append(np.array(log_probs))
        rollout["rewards"].append(np.array(rewards))
        rollout["terminated"].append(np.array(terminated))
        rollout["truncated"].append(np.array(truncated))
        rollout["values"].append(np.array(values))
        rollout["next_values"].append(np.array(next_values))
        obs = np.array(new_obs)
    return {name: np.stack(entries) for name, entries in rollout.items()}, obs


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
