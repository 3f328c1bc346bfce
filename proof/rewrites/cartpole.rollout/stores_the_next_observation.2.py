"""every array of env.step stored under its own name; np.split of the indices"""
import numpy as np


def collect(env, actor, observations, steps):
    rollout = {}
    obs = observations.copy()
    for t in range(steps):
        entry = {"values": actor.value(obs)}
        entry["actions"], entry["log_probs"] = actor.act(obs)
        answer = env.step(entry["actions"])
        entry.update(zip(("observations", "rewards", "terminated", "truncated"), answer))
        entry["next_values"] = actor.value(answer[4])
        for key, item in entry.items():
            rollout.setdefault(key, []).append(np.array(item))
        obs = rollout["observations"][-1]
    return {key: np.array(items) for key, items in rollout.items()}, obs.copy()


def minibatches(rollout, count, seed):
    flat = {k: v.reshape((-1,) + v.shape[2:]) for k, v in rollout.items()}
    total = len(next(iter(flat.values())))
    indices = np.arange(total)
    np.random.default_rng(seed).shuffle(indices)
    return [{k: v[part] for k, v in flat.items()} for part in np.split(indices, count)]
