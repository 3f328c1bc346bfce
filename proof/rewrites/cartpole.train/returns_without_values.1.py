"""helpers for the targets and for a step, seeds counted; loss of three helpers; Gumbel noise"""
import itertools

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
    return {**data, "advantages": adv, "returns": adv}


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
