"""values for the whole rollout at once, after the loop; rng.choice in a loop"""
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
    rollout = {
        "observations": seen,
        "actions": np.array(acts),
        "log_probs": np.array(logps),
        "rewards": np.array(rews),
        "terminated": np.array(terms),
        "truncated": np.array(truncs),
        "values": _values(actor, seen),
        "next_values": _values(actor, reached),
    }
    return rollout, current


def minibatches(rollout, count, seed):
    steps, envs = next(iter(rollout.values())).shape[:2]
    samples = steps * envs
    if samples % count != 0:
        raise ValueError("the samples do not make equal parts")
    size = samples // count
    rng = np.random.default_rng(seed)
    batches = []
    for i in range(count):
        chosen = rng.choice(samples, size)
        batches.append({name: x.reshape(samples, *x.shape[2:])[chosen] for name, x in rollout.items()})
    return batches
