"""plain nested loops; loss of three helpers; log_softmax and multinomial"""
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
    actor = Actor(model)
    observations = env.reset()
    for update in range(updates):
        rollout, observations = collecting.collect(env, actor, observations, steps)
        advantages = gae(
            rollout["rewards"],
            rollout["values"],
            rollout["next_values"],
            rollout["terminated"],
            rollout["truncated"],
            gamma,
            lam,
        )
        rollout["advantages"] = advantages
        rollout["returns"] = np.array(rollout["rewards"])
        for epoch in range(epochs):
            for arrays in collecting.minibatches(rollout, parts, update * epochs + epoch):
                batch = {name: torch.from_numpy(array) for name, array in arrays.items()}
                optimizer.zero_grad()
                loss = minibatch_loss(model, batch, clip, value_coef, entropy_coef)
                loss.backward()
                nn.utils.clip_grad_norm_(model.parameters(), max_norm)
                optimizer.step()
