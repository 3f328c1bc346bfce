"""values for the whole rollout at once, after the loop; pieces cut first, the list of pieces shuffled"""
import random

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
    pieces = {}
    for name, x in rollout.items():
        pieces[name] = np.split(x.reshape(-1, *x.shape[2:]), count)
    batches = [{name: pieces[name][i].copy() for name in pieces} for i in range(count)]
    random.Random(seed).shuffle(batches)
    return batches
