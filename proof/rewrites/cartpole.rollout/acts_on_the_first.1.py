"""plain lists, one np.stack for each name; permutation and slices"""
import numpy as np


def collect(env, actor, observations, steps):
    obs_list, act_list, logp_list, rew_list = [], [], [], []
    term_list, trunc_list, val_list, next_list = [], [], [], []
    for _ in range(steps):
        actions, log_probs = actor.act(observations)
        next_observations, rewards, terminated, truncated, led_to = env.step(actions)
        obs_list.append(observations.copy())
        act_list.append(actions.copy())
        logp_list.append(log_probs.copy())
        rew_list.append(rewards.copy())
        term_list.append(terminated.copy())
        trunc_list.append(truncated.copy())
        val_list.append(actor.value(observations).copy())
        next_list.append(actor.value(led_to).copy())
    rollout = {
        "observations": np.stack(obs_list),
        "actions": np.stack(act_list),
        "log_probs": np.stack(logp_list),
        "rewards": np.stack(rew_list),
        "terminated": np.stack(term_list),
        "truncated": np.stack(trunc_list),
        "values": np.stack(val_list),
        "next_values": np.stack(next_list),
    }
    return rollout, next_observations.copy()


def minibatches(rollout, count, seed):
    steps, envs = next(iter(rollout.values())).shape[:2]
    samples = steps * envs
    if samples % count != 0:
        raise ValueError("the samples do not make equal parts")
    size = samples // count
    order = np.random.default_rng(seed).permutation(samples)
    batches = []
    for i in range(count):
        chosen = order[i * size : (i + 1) * size]
        batches.append({name: x.reshape(samples, *x.shape[2:])[chosen] for name, x in rollout.items()})
    return batches
