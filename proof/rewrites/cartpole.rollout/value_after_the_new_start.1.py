"""lists in a dict, stacked at the end; np.split of the indices"""
import numpy as np


def collect(env, actor, observations, steps):
    names = ["observations", "actions", "log_probs", "rewards", "terminated", "truncated", "values", "next_values"]
    rollout = {name: [] for name in names}
    obs = np.array(observations)
    for _ in range(steps):
        actions, log_probs = actor.act(obs)
        values = actor.value(obs)
        new_obs, rewards, terminated, truncated, _ = env.step(actions)
        next_values = actor.value(new_obs)
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
    flat = {k: v.reshape((-1,) + v.shape[2:]) for k, v in rollout.items()}
    total = len(next(iter(flat.values())))
    indices = np.arange(total)
    np.random.default_rng(seed).shuffle(indices)
    return [{k: v[part] for k, v in flat.items()} for part in np.split(indices, count)]
