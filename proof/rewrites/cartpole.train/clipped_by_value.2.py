"""while loops and inner functions; loss in steps; log_softmax and multinomial"""
import numpy as np
import torch

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
        objective = minibatch_loss(model, tensors, clip, value_coef, entropy_coef)
        optimizer.zero_grad()
        objective.backward()
        for p in params:
            if p.grad is not None:
                p.grad.clamp_(min=-max_norm, max=max_norm)
        optimizer.step()

    done = 0
    while done < updates * epochs:
        if done % epochs == 0:
            exp, at = experience(at)
        for minibatch in collecting.minibatches(exp, parts, 1000 + done):
            fit(minibatch)
        done += 1
