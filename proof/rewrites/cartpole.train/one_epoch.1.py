"""a trainer class that keeps the state; loss by unpacking the batch, index arithmetic; inverse distribution function in NumPy"""
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
    names = ("observations", "actions", "log_probs", "advantages", "values", "returns")
    obs, act, logp_old, adv, v_old, target = (batch[name] for name in names)
    out = model.logits(obs)
    logp = out[torch.arange(len(act)), act] - torch.logsumexp(out, dim=1)
    terms = torch.stack(
        [
            clipped_surrogate(logp, logp_old, normalize_advantages(adv), clip),
            clipped_value_loss(model.value(obs), v_old, target, clip),
            torch.mean(categorical_entropy(out)),
        ]
    )
    weights = torch.tensor([1.0, value_coef, -entropy_coef], dtype=terms.dtype)
    return terms @ weights


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
        for batch in trainer.shuffled(rollout, parts):
            trainer.learn(batch, clip, value_coef, entropy_coef)
