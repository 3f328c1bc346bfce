"""Nothing of the given loop is used: its own rollout, its own advantages and losses, a shuffled list of sample numbers."""
import random

import numpy as np
import torch
from torch import nn


class Actor:
    def __init__(self, model):
        self.model = model

    def act(self, observations):
        with torch.no_grad():
            p = torch.softmax(self.model.logits(torch.tensor(observations)).double(), dim=1).numpy()
        u = torch.rand(len(p), 1, dtype=torch.float64).numpy()
        actions = np.minimum((p.cumsum(axis=1) < u).sum(axis=1), p.shape[1] - 1).astype(np.int64)
        return actions, np.log(p[np.arange(len(p)), actions]).astype(np.float32)

    def value(self, observations):
        with torch.no_grad():
            return self.model.value(torch.tensor(observations)).numpy()


def minibatch_loss(model, batch, clip, value_coef, entropy_coef):
    lp = torch.log_softmax(model.logits(batch["observations"]), 1)
    rows = torch.arange(len(lp))
    ratio = torch.exp(lp[rows, batch["actions"]] - batch["log_probs"])
    a = batch["advantages"]
    a = (a - a.mean()) / (a.std(unbiased=False) + 1e-8)
    surrogate = torch.min(ratio * a, torch.clamp(ratio, 1 - clip, 1 + clip) * a).mean()
    v = model.value(batch["observations"])
    near = batch["values"] + torch.clamp(v - batch["values"], -clip, clip)
    squares = torch.max((v - batch["returns"]) ** 2, (near - batch["returns"]) ** 2)
    entropy = -(lp.exp() * lp).sum(1).mean()
    return -surrogate + value_coef * squares.mean() / 2 - entropy_coef * entropy


def train(env, model, optimizer, updates, steps, epochs, parts, gamma=0.98, lam=0.9, clip=0.2,
          value_coef=1.0, entropy_coef=0.0, max_norm=0.5):
    actor = Actor(model)
    obs = env.reset()
    for _ in range(updates):
        seen, acts, logs, vals, deltas, cuts = [], [], [], [], [], []
        for _ in range(steps):
            a, lp = actor.act(obs)
            v = actor.value(obs)
            after, r, term, trunc, led_to = env.step(a)
            future = np.where(term, 0, gamma * actor.value(led_to))
            seen.append(obs), acts.append(a), logs.append(lp), vals.append(v)
            deltas.append(r + future - v), cuts.append(term | trunc)
            obs = after
        run = np.zeros(len(obs))
        adv = []
        for delta, cut in zip(reversed(deltas), reversed(cuts)):
            run = delta + gamma * lam * np.where(cut, 0, run)
            adv.insert(0, run)
        flat = {
            "observations": np.concatenate(seen), "actions": np.concatenate(acts), "log_probs": np.concatenate(logs),
            "values": np.concatenate(vals), "advantages": np.concatenate(adv).astype(np.float32),
        }
        flat["returns"] = flat["advantages"] + flat["values"]
        flat = {k: torch.from_numpy(x) for k, x in flat.items()}
        numbers = list(range(len(flat["actions"])))
        size = len(numbers) // parts
        for _ in range(epochs):
            random.shuffle(numbers)
            for k in range(0, len(numbers), size):
                part = {name: x[numbers[k:k + size]] for name, x in flat.items()}
                optimizer.zero_grad()
                minibatch_loss(model, part, clip, value_coef, entropy_coef).backward()
                nn.utils.clip_grad_norm_(model.parameters(), max_norm)
                optimizer.step()
