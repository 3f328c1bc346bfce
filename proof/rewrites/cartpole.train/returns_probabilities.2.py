"""plain nested loops; loss in steps; Gumbel noise"""
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
        p = scores.softmax(-1)
        return choice.numpy(), p[torch.arange(len(choice)), choice].numpy()

    def value(self, observations):
        return self._ask(self._value, observations).numpy()


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
        for epoch in range(epochs):
            for arrays in collecting.minibatches(rollout, parts, update * epochs + epoch):
                batch = {name: torch.from_numpy(array) for name, array in arrays.items()}
                optimizer.zero_grad()
                loss = minibatch_loss(model, batch, clip, value_coef, entropy_coef)
                loss.backward()
                nn.utils.clip_grad_norm_(model.parameters(), max_norm)
                optimizer.step()
