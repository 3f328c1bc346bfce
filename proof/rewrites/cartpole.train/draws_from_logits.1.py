"""generators, one flat loop; loss by Categorical; multinomial and gather"""
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
            drawn = torch.multinomial(logits.exp(), num_samples=1)
            chosen = logits.gather(1, drawn)
        return drawn[:, 0].numpy(), chosen[:, 0].numpy()

    def value(self, observations):
        with torch.no_grad():
            values = self.model.value(torch.from_numpy(observations))
        return values.numpy()


def minibatch_loss(model, batch, clip, value_coef, entropy_coef):
    x = batch["observations"]
    scores = model.logits(x)
    policy = torch.distributions.Categorical(logits=scores)
    policy_loss = clipped_surrogate(
        log_probs=policy.log_prob(batch["actions"]),
        old_log_probs=batch["log_probs"],
        advantages=normalize_advantages(batch["advantages"]),
        clip=clip,
    )
    critic_loss = clipped_value_loss(
        values=model.value(x),
        old_values=batch["values"],
        returns=batch["returns"],
        clip=clip,
    )
    bonus = categorical_entropy(scores).mean()
    return policy_loss + value_coef * critic_loss - entropy_coef * bonus


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
        a = gae(r["rewards"], r["values"], r["next_values"], r["terminated"], r["truncated"], gamma, lam)
        g = a + r["values"]
        data = dict(r, advantages=a, returns=g)
        for batch in _batches(data, epochs, parts, seeds):
            optimizer.zero_grad()
            minibatch_loss(model, batch, clip, value_coef, entropy_coef).backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
            optimizer.step()
