"""lists, next values at once after the loop; all arrays shuffled first, then cut"""
import numpy as np


def _values(actor, x):
    steps, envs = x.shape[:2]
    return actor.value(x.reshape(steps * envs, -1)).reshape(steps, envs)


def collect(env, actor, observations, steps):
    first_values, reached = [], []
    acts, logps, rews, terms, truncs = [], [], [], [], []
    current = observations.copy()
    for step in range(steps):
        first_values.append(actor.value(current).copy())
        action, logp = actor.act(current)
        current, reward, term, trunc, led_to = (x.copy() for x in env.step(action))
        acts.append(action.copy())
        logps.append(logp.copy())
        rews.append(reward)
        terms.append(term)
        truncs.append(trunc)
        reached.append(led_to)
    reached = np.array(reached)
    rollout = {
        "observations": reached,
        "actions": np.array(acts),
        "log_probs": np.array(logps),
        "rewards": np.array(rews),
        "terminated": np.array(terms),
        "truncated": np.array(truncs),
        "values": np.array(first_values),
        "next_values": _values(actor, reached),
    }
    return rollout, current


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
