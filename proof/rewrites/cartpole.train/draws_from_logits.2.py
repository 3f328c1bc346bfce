"""plain nested loops; loss by unpacking the batch, index arithmetic; inverse distribution function in NumPy"""
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
            table = self.model.logits(torch.tensor(observations)).numpy()
        edges = np.exp(table).cumsum(axis=1)
        u = self.rng.random((len(table), 1))
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
        rollout["returns"] = advantages + rollout["values"]
        for epoch in range(epochs):
            for arrays in collecting.minibatches(rollout, parts, update * epochs + epoch):
                batch = {name: torch.from_numpy(array) for name, array in arrays.items()}
                optimizer.zero_grad()
                loss = minibatch_loss(model, batch, clip, value_coef, entropy_coef)
                loss.backward()
                nn.utils.clip_grad_norm_(model.parameters(), max_norm)
                optimizer.step()
