"""Arrays made once, from what the first step shows, and filled step by step; values in one large batch at the end."""
import numpy as np


def collect(env, actor, observations, steps):
    envs, size = observations.shape
    buffer = {}
    led_to = np.zeros((steps, envs, size), dtype=observations.dtype)

    def put(name, t, array):
        if name not in buffer:
            buffer[name] = np.zeros((steps,) + array.shape, dtype=array.dtype)
        buffer[name][t] = array

    now = observations
    for t in range(steps):
        put("observations", t, now)
        a, logp = actor.act(now)
        put("actions", t, a)
        put("log_probs", t, logp)
        now, r, term, trunc, last = env.step(a)
        put("rewards", t, r)
        put("terminated", t, term)
        put("truncated", t, trunc)
        led_to[t] = last
    both = np.concatenate([buffer["observations"], led_to]).reshape(-1, size)
    v = actor.value(both).reshape(2, steps, envs)
    buffer["values"] = v[0].copy()
    buffer["next_values"] = v[1].copy()
    return buffer, now


def minibatches(rollout, count, seed):
    some = rollout[sorted(rollout)[0]]
    n = some.shape[0] * some.shape[1]
    if n % count != 0:
        raise ValueError("cannot be parted evenly")
    index = np.argsort(np.random.RandomState(seed).rand(n))
    size = n // count
    out = []
    for k in range(count):
        part = index[k * size:(k + 1) * size]
        t, e = np.divmod(part, some.shape[1])
        out.append({key: value[t, e] for key, value in rollout.items()})
    return out
