"""lists in a dict, stacked at the end; argsort of noise, order reshaped to a table"""
import numpy as np


def collect(env, actor, observations, steps):
    names = ["observations", "actions", "log_probs", "rewards", "terminated", "truncated", "values", "next_values"]
    rollout = {name: [] for name in names}
    obs = np.array(observations)
    for _ in range(steps):
        actions, log_probs = actor.act(obs)
        values = actor.value(obs)
        new_obs, rewards, terminated, truncated, led_to = env.step(actions)
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
    shapes = {v.shape[:2] for v in rollout.values()}
    ((steps, envs),) = shapes
    noise = np.random.default_rng(seed).random(steps * envs)
    size = noise.size // count
    table = np.argsort(noise)[: count * size].reshape(count, size)
    rows, cols = np.unravel_index(table, (steps, envs))
    return [{k: v[i, j] for k, v in rollout.items()} for i, j in zip(rows, cols)]
