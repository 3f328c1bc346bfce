"""helpers for the targets and for a step, seeds counted; loss by unpacking the batch, index arithmetic; Gumbel noise"""
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
        cut = [
            {k: torch.as_tensor(v) for k, v in part.items()}
            for part in collecting.minibatches(data, parts, next(seeds))
        ]
        for _ in range(epochs):
            for part in cut:
                _descend(model, optimizer, minibatch_loss(model, part, clip, value_coef, entropy_coef), max_norm)
