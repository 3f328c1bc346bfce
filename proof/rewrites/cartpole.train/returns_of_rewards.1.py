"""a trainer class that keeps the state; loss in steps; inverse distribution function in NumPy"""
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
    return surrogate + value_coef * value_loss - entropy_coef * entropy


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
        kept["returns"] = rollout["rewards"]
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
