"""values for the whole rollout at once, after the loop; argsort of noise, order reshaped to a table"""
import numpy as np


def _values(actor, x):
    steps, envs = x.shape[:2]
    return actor.value(x.reshape(steps * envs, -1)).reshape(steps, envs)


def collect(env, actor, observations, steps):
    seen, reached = [], []
    acts, logps, rews, terms, truncs = [], [], [], [], []
    current = observations.copy()
    for step in range(steps):
        seen.append(current)
        action, logp = actor.act(current)
        current, reward, term, trunc, led_to = (x.copy() for x in env.step(action))
        acts.append(action.copy())
        logps.append(logp.copy())
        rews.append(reward)
        terms.append(term)
        truncs.append(trunc)
        reached.append(led_to)
    seen, reached = np.array(seen), np.array(reached)
    alive = ~(np.array(terms, dtype=bool) | np.array(truncs, dtype=bool))
    rollout = {
        "observations": seen,
        "actions": np.array(acts),
        "log_probs": np.array(logps),
        "rewards": np.array(rews),
        "terminated": np.array(terms),
        "truncated": np.array(truncs),
        "values": _values(actor, seen),
        "next_values": _values(actor, reached) * alive,
    }
    return rollout, current


def minibatches(rollout, count, seed):
    shapes = {v.shape[:2] for v in rollout.values()}
    ((steps, envs),) = shapes
    noise = np.random.default_rng(seed).random(steps * envs)
    if noise.size % count:
        raise ValueError("count does not divide the number of samples")
    table = np.argsort(noise).reshape(count, -1)
    rows, cols = np.unravel_index(table, (steps, envs))
    return [{k: v[i, j] for k, v in rollout.items()} for i, j in zip(rows, cols)]
