"""while loops and inner functions; loss by Categorical; Gumbel noise"""
import numpy as np
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
        old_values=batch["returns"],
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
        exp["returns"] = np.add(exp["advantages"], exp["values"])
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
