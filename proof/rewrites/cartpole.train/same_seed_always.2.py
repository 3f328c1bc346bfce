"""a trainer class that keeps the state; loss by Categorical; log_softmax and multinomial"""
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


class _Trainer:
    def __init__(self, env, model, optimizer, max_norm):
        self.env, self.model, self.optimizer = env, model, optimizer
        self.max_norm = max_norm
        self.actor = Actor(model)
        self.now = env.reset()

    def gather(self, steps, gamma, lam):
        rollout, self.now = collecting.collect(self.env, self.actor, self.now, steps)
        names = ["rewards", "values", "next_values", "terminated", "truncated"]
        advantages = gae(*[rollout[n] for n in names], gamma, lam)
        kept = {n: rollout[n] for n in ("observations", "actions", "log_probs", "values")}
        kept["advantages"] = advantages
        kept["returns"] = kept["values"] + advantages
        return kept

    def shuffled(self, rollout, parts):
        rng = np.random.default_rng(12345)
        seed = int(rng.integers(2**31))
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
