"""while loops and inner functions; loss of three helpers; log_softmax and multinomial"""
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
    params = [p for p in model.parameters()]
    policy = Actor(model)
    at = env.reset()

    def experience(start):
        exp, after = collecting.collect(env, policy, start, steps)
        ends = exp["terminated"], exp["truncated"]
        exp["advantages"] = gae(exp["rewards"], exp["values"], exp["next_values"], *ends, gamma=gamma, lam=lam)
        exp["returns"] = np.add(exp["advantages"], exp["values"])
        return exp, after

    def fit(minibatch):
        tensors = {}
        for key in minibatch:
            tensors[key] = torch.tensor(minibatch[key])
        with torch.no_grad():
            table = torch.log_softmax(model.logits(tensors["observations"]), dim=1)
            tensors["log_probs"] = table.gather(1, tensors["actions"][:, None])[:, 0]
        objective = minibatch_loss(model, tensors, clip, value_coef, entropy_coef)
        optimizer.zero_grad()
        objective.backward()
        nn.utils.clip_grad_norm_(params, max_norm)
        optimizer.step()

    done = 0
    while done < updates * epochs:
        if done % epochs == 0:
            exp, at = experience(at)
        for minibatch in collecting.minibatches(exp, parts, 1000 + done):
            fit(minibatch)
        done += 1
