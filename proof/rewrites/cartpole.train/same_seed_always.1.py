"""while loops and inner functions; loss of three helpers; inverse distribution function in NumPy"""
import numpy as np
import torch
from torch import nn

import curriculum.collecting as collecting
from curriculum.advantages import gae
from curriculum.ppo import categorical_entropy, clipped_surrogate, clipped_value_loss, normalize_advantages


class Actor:
    def __init__(self, model):
        self.model = model
        self.rng = np.random.default_rng()

    def act(self, observations):
        with torch.inference_mode():
            table = nn.functional.log_softmax(self.model.logits(torch.tensor(observations)), -1).numpy()
        edges = np.exp(table).cumsum(axis=1)
        u = self.rng.random((len(table), 1)) * edges[:, -1:]
        actions = np.minimum((u >= edges).sum(axis=1), table.shape[1] - 1).astype(np.int64)
        return actions, np.take_along_axis(table, actions[:, None], axis=1)[:, 0]

    def value(self, observations):
        with torch.inference_mode():
            return self.model.value(torch.tensor(observations)).numpy()


def _policy_term(logits, batch, clip):
    new = -nn.functional.cross_entropy(logits, batch["actions"], reduction="none")
    return clipped_surrogate(new, batch["log_probs"], normalize_advantages(batch["advantages"]), clip)


def _value_term(v, batch, clip):
    return clipped_value_loss(v, batch["values"], batch["returns"], clip)


def _entropy_term(logits):
    h = categorical_entropy(logits)
    return h.sum() / len(h)


def minibatch_loss(model, batch, clip, value_coef, entropy_coef):
    logits = model.logits(batch["observations"])
    loss = _policy_term(logits, batch, clip)
    loss = loss + value_coef * _value_term(model.value(batch["observations"]), batch, clip)
    return loss - entropy_coef * _entropy_term(logits)


def train(
    env,
    model,
    optimizer,
    updates,
    steps,
    epochs,
    parts,
    gamma=0.98,
    lam=0.9,
    clip=0.2,
    value_coef=1.0,
    entropy_coef=0.0,
    max_norm=0.5,
):
    params = [p for p in model.parameters()]
    policy = Actor(model)
    at = env.reset()

    def experience(start):
        exp, after = collecting.collect(env, policy, start, steps)
        ends = exp["terminated"], exp["truncated"]
        exp["advantages"] = gae(exp["rewards"], exp["values"], exp["next_values"], *ends, gamma=gamma, lam=lam)
        exp["returns"] = np.add(exp["advantages"], exp["values"])
        return exp, after

    def fit(minibatch):
        tensors = {}
        for key in minibatch:
            tensors[key] = torch.tensor(minibatch[key])
        objective = minibatch_loss(model, tensors, clip, value_coef, entropy_coef)
        optimizer.zero_grad()
        objective.backward()
        nn.utils.clip_grad_norm_(params, max_norm)
        optimizer.step()

    done = 0
    while done < updates * epochs:
        if done % epochs == 0:
            exp, at = experience(at)
        for minibatch in collecting.minibatches(exp, parts, 0):
            fit(minibatch)
        done += 1
