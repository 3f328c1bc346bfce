"""Values one observation at a time; flattened copy by copy, for every array alike; strided minibatches of a shuffle."""
import numpy as np


def values_of(actor, rows):
    return np.concatenate([actor.value(rows[i:i + 1]) for i in range(len(rows))])


def collect(env, actor, observations, steps):
    history = []
    for _ in range(steps):
        actions, log_probs = actor.act(observations)
        result = env.step(actions)
        history.append((observations, actions, log_probs, result[1], result[2], result[3],
                        values_of(actor, observations), values_of(actor, result[4])))
        observations = result[0]
    names = ("observations", "actions", "log_probs", "rewards", "terminated", "truncated", "values", "next_values")
    return dict(zip(names, map(np.stack, zip(*history)))), observations


def minibatches(rollout, count, seed):
    flat = {}
    for name, array in rollout.items():
        flat[name] = np.concatenate([array[:, e] for e in range(array.shape[1])])
        total = len(flat[name])
    if total % count > 0:
        raise ValueError(f"{total} is no multiple of {count}")
    generator = np.random.Generator(np.random.PCG64(seed))
    order = np.arange(total)
    generator.shuffle(order)
    return [{name: array[order[k::count]] for name, array in flat.items()} for k in range(count)]
