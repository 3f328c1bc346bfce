"""helpers for the targets and for a step, seeds counted; loss by Categorical; log_softmax and multinomial"""
import itertools

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
