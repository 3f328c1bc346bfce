"""a trainer class that keeps the state; loss of three helpers; torch.distributions"""
import numpy as np
import torch
from torch import nn

import curriculum.collecting as collecting
from curriculum.advantages import gae
from curriculum.ppo import categorical_entropy, clipped_surrogate, clipped_value_loss, normalize_advantages


class Actor:
    """Acts with a model, and asks it for values; arrays in and out."""

    def __init__(self, model):
        self.model = model

    @torch.no_grad()
    def act(self, observations):
        dist = torch.distributions.Categorical(logits=self.model.logits(torch.as_tensor(observations)))
        actions = dist.sample()
        return actions.numpy(), dist.probs.gather(-1, actions[:, None]).squeeze(-1).numpy()

    @torch.no_grad()
    def value(self, observations):
        return self.model.value(torch.as_tensor(observations)).numpy()


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


class _Trainer:
    def __init__(self, env, model, optimizer, max_norm):
        self.env, self.model, self.optimizer = env, model, optimizer
        self.max_norm = max_norm
        self.actor = Actor(model)
        self.now = env.reset()
        self.rng = np.random.default_rng(12345)

    def gather(self, steps, gamma, lam):
        rollout, self.now = collecting.collect(self.env, self.actor, self.now, steps)
        names = ["rewards", "values", "next_values", "terminated", "truncated"]
        advantages = gae(*[rollout[n] for n in names], gamma, lam)
        kept = {n: rollout[n] for n in ("observations", "actions", "log_probs", "values")}
        kept["advantages"] = advantages
        kept["returns"] = kept["values"] + advantages
        return kept

    def shuffled(self, rollout, parts):
        seed = int(self.rng.integers(2**31))
        for arrays in collecting.minibatches(rollout, parts, seed):
            yield {n: torch.tensor(x) for n, x in arrays.items()}

    def learn(self, batch, *coefficients):
        self.optimizer.zero_grad()
        minibatch_loss(self.model, batch, *coefficients).backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), max_norm=self.max_norm)
        self.optimizer.step()


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
    trainer = _Trainer(env, model, optimizer, max_norm)
    for _ in range(updates):
        rollout = trainer.gather(steps, gamma, lam)
        for _ in range(epochs):
            for batch in trainer.shuffled(rollout, parts):
                trainer.learn(batch, clip, value_coef, entropy_coef)
