"""lists in a dict, stacked at the end; concatenate or ravel, np.take, np.split"""
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
    pool = {}
    for key, array in rollout.items():
        steps, envs, *features = array.shape
        if features:
            pool[key] = np.concatenate([array[:, e] for e in range(envs)])
        else:
            pool[key] = array.ravel()
    groups = np.split(np.random.RandomState(seed).permutation(steps * envs), count)
    return [{key: np.take(array, group, axis=0) for key, array in pool.items()} for group in groups]
