"""values for the whole rollout in one call, after the loop; all arrays shuffled first, then cut"""
import numpy as np


def collect(env, actor, observations, steps):
    rows = []
    obs = np.array(observations)
    for _ in range(steps):
        actions, log_probs = actor.act(obs)
        outcome = env.step(actions)
        rows.append([np.array(x) for x in (obs, actions, log_probs, *outcome[1:4])])
        obs = np.array(outcome[0])
    names = ["observations", "actions", "log_probs", "rewards", "terminated", "truncated"]
    rollout = {name: np.stack([row[i] for row in rows]) for i, name in enumerate(names)}
    shape = rollout["rewards"].shape
    states = rollout["observations"].reshape(shape[0] * shape[1], -1)
    for name in ("values", "next_values"):
        rollout[name] = actor.value(states).reshape(shape).copy()
    return rollout, obs


def _flatten(x):
    return x.reshape(x.shape[0] * x.shape[1], *x.shape[2:])


def minibatches(rollout, count, seed):
    order = None
    parts = [{} for _ in range(count)]
    for name, x in rollout.items():
        x = _flatten(x)
        if order is None:
            if len(x) % count:
                raise ValueError("unequal parts")
            order = np.random.RandomState(seed).permutation(len(x))
        for part, piece in zip(parts, np.split(np.take(x, order, axis=0), count)):
            part[name] = piece.copy()
    return parts
