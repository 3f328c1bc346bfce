"""helpers for the targets and for a step, seeds counted; loss in steps; inverse distribution function in NumPy"""
import itertools

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


def minibatch_loss(model, batch, clip, value_coef, entropy_coef):
    logits = model.logits(batch["observations"])
    values = model.value(batch["observations"])
    log_probs = torch.log_softmax(logits, dim=-1).gather(1, batch["actions"].unsqueeze(1)).squeeze(1)
    advantages = normalize_advantages(batch["advantages"])
    surrogate = clipped_surrogate(log_probs, batch["log_probs"], advantages, clip)
    value_loss = clipped_value_loss(values, batch["values"], batch["returns"], clip)
    entropy = categorical_entropy(logits).mean()
    return surrogate + value_loss - entropy_coef * entropy


def _with_targets(data, gamma, lam):
    adv = gae(
        rewards=data["rewards"],
        values=data["values"],
        next_values=data["next_values"],
        terminated=data["terminated"],
        truncated=data["truncated"],
        gamma=gamma,
        lam=lam,
    )
    return {**data, "advantages": adv, "returns": data["values"] + adv}


def _descend(model, optimizer, loss, max_norm):
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(list(model.parameters()), max_norm)
    optimizer.step()


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
    seeds = itertools.count()
    player = Actor(model)
    here = env.reset()
    for _ in range(updates):
        data, here = collecting.collect(env, player, here, steps)
        data = _with_targets(data, gamma, lam)
        for _ in range(epochs):
            for part in collecting.minibatches(data, parts, next(seeds)):
                part = {k: torch.as_tensor(v) for k, v in part.items()}
                _descend(model, optimizer, minibatch_loss(model, part, clip, value_coef, entropy_coef), max_norm)
