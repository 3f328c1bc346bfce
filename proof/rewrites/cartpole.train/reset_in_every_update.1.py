"""plain nested loops; loss by unpacking the batch, index arithmetic; Gumbel noise"""
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
    for update in range(updates):
        observations = env.reset()
        rollout, _ = collecting.collect(env, actor, observations, steps)
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
