"""plain nested loops; loss in steps; torch.distributions"""
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
    logits = model.logits(batch["observations"])
    values = model.value(batch["observations"])
    log_probs = torch.log_softmax(logits, dim=-1).gather(1, batch["actions"].unsqueeze(1)).squeeze(1)
    advantages = normalize_advantages(batch["advantages"])
    surrogate = clipped_surrogate(log_probs, batch["log_probs"], advantages, clip)
    value_loss = clipped_value_loss(values, batch["values"], batch["returns"], clip)
    entropy = categorical_entropy(logits).mean()
    return surrogate + value_coef * value_loss - entropy_coef * entropy


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
        for _ in range(epochs):
            for arrays in collecting.minibatches(rollout, parts, update):
                batch = {name: torch.from_numpy(array) for name, array in arrays.items()}
                optimizer.zero_grad()
                loss = minibatch_loss(model, batch, clip, value_coef, entropy_coef)
                loss.backward()
                nn.utils.clip_grad_norm_(model.parameters(), max_norm)
                optimizer.step()
