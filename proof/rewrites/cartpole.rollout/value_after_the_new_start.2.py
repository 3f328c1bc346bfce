"""bootstrap column: one value more than steps, then shifted; argsort of noise, order reshaped to a table"""
import numpy as np


def collect(env, actor, observations, steps):
    trace = {k: [] for k in ("observations", "actions", "log_probs", "rewards", "terminated", "truncated")}
    values = []
    obs = observations.copy()
    for _ in range(steps):
        actions, log_probs = actor.act(obs)
        values.append(actor.value(obs).copy())
        following, rewards, terminated, truncated, *_ = env.step(actions)
        for store, item in zip(trace.values(), (obs, actions, log_probs, rewards, terminated, truncated)):
            store.append(item.copy())
        obs = following.copy()
    values.append(actor.value(obs).copy())
    values = np.stack(values)
    rollout = {k: np.stack(v) for k, v in trace.items()}
    rollout["values"] = values[:-1].copy()
    rollout["next_values"] = values[1:].copy()
    return rollout, obs


def minibatches(rollout, count, seed):
    shapes = {v.shape[:2] for v in rollout.values()}
    ((steps, envs),) = shapes
    noise = np.random.default_rng(seed).random(steps * envs)
    if noise.size % count:
        raise ValueError("count does not divide the number of samples")
    table = np.argsort(noise).reshape(count, -1)
    rows, cols = np.unravel_index(table, (steps, envs))
    return [{k: v[i, j] for k, v in rollout.items()} for i, j in zip(rows, cols)]
