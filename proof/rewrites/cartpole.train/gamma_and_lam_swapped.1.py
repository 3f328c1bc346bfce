"""generators, one flat loop; loss in steps; log_softmax and multinomial"""
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

    def act(self, observations):
        with torch.no_grad():
            logits = self.model.logits(torch.from_numpy(observations))
            log_p = torch.log_softmax(logits, dim=-1)
            drawn = torch.multinomial(log_p.exp(), num_samples=1)
            chosen = log_p.gather(1, drawn)
        return drawn[:, 0].numpy(), chosen[:, 0].numpy()

    def value(self, observations):
        with torch.no_grad():
            values = self.model.value(torch.from_numpy(observations))
        return values.numpy()


def minibatch_loss(model, batch, clip, value_coef, entropy_coef):
    logits = model.logits(batch["observations"])
    values = model.value(batch["observations"])
    log_probs = torch.log_softmax(logits, dim=-1).gather(1, batch["actions"].unsqueeze(1)).squeeze(1)
    advantages = normalize_advantages(batch["advantages"])
    surrogate = clipped_surrogate(log_probs, batch["log_probs"], advantages, clip)
    value_loss = clipped_value_loss(values, batch["values"], batch["returns"], clip)
    entropy = categorical_entropy(logits).mean()
    return surrogate + value_coef * value_loss - entropy_coef * entropy


def _rollouts(env, actor, updates, steps):
    obs = env.reset()
    for _ in range(updates):
        rollout, obs = collecting.collect(env, actor, obs, steps)
        yield rollout


def _batches(rollout, epochs, parts, seeds):
    for _, seed in zip(range(epochs), seeds):
        for batch in collecting.minibatches(rollout, parts, seed):
            yield {key: torch.from_numpy(np.ascontiguousarray(x)) for key, x in batch.items()}


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
    seeds = itertools.count(1)
    for r in _rollouts(env, Actor(model), updates, steps):
        a = gae(r["rewards"], r["values"], r["next_values"], r["terminated"], r["truncated"], lam, gamma)
        g = a + r["values"]
        data = dict(r, advantages=a, returns=g)
        for batch in _batches(data, epochs, parts, seeds):
            optimizer.zero_grad()
            minibatch_loss(model, batch, clip, value_coef, entropy_coef).backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
            optimizer.step()
