"""while loops and inner functions; loss by Categorical; inverse distribution function in NumPy"""
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
        exp["returns"] = exp["advantages"].copy()
        return exp, after

    def fit(minibatch):
        tensors = {}
        for key in minibatch:
            tensors[key] = torch.tensor(minibatch[key])
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
