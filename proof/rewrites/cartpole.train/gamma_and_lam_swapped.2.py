"""helpers for the targets and for a step, seeds counted; loss by unpacking the batch, index arithmetic; torch.distributions"""
import itertools

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
        return actions.numpy(), dist.log_prob(actions).numpy()

    @torch.no_grad()
    def value(self, observations):
        return self.model.value(torch.as_tensor(observations)).numpy()


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


def _with_targets(data, lam, gamma):
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
