"""generators, one flat loop; loss in steps; Gumbel noise"""
import itertools

import numpy as np
import torch
from torch import nn

import curriculum.collecting as collecting
from curriculum.advantages import gae
from curriculum.ppo import categorical_entropy, clipped_surrogate, clipped_value_loss, normalize_advantages


class Actor:
    def __init__(self, model):
        self._logits = model.logits
        self._value = model.value

    def _ask(self, function, x):
        return function(torch.tensor(x)).detach()

    def act(self, observations):
        scores = self._ask(self._logits, observations)
        noise = -torch.log(torch.empty_like(scores).exponential_())
        choice = (scores + noise).argmax(-1)
        log_p = scores - scores.logsumexp(-1, keepdim=True)
        return choice.numpy(), log_p[torch.arange(len(choice)), choice].numpy()

    def value(self, observations):
        return self._ask(self._value, observations).numpy()


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
    optimizer.zero_grad()
    for r in _rollouts(env, Actor(model), updates, steps):
        a = gae(r["rewards"], r["values"], r["next_values"], r["terminated"], r["truncated"], gamma, lam)
        g = a + r["values"]
        data = dict(r, advantages=a, returns=g)
        for batch in _batches(data, epochs, parts, seeds):
            minibatch_loss(model, batch, clip, value_coef, entropy_coef).backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
            optimizer.step()
