"""A generator of minibatches, Gumbel noise for the draws, and gradients through torch.autograd.grad."""
import itertools

import numpy as np
import torch
import curriculum.advantages as adv_module
import curriculum.collecting as collecting
import curriculum.ppo as ppo


class Actor:
    def __init__(self, model):
        self.model = model

    @torch.no_grad()
    def act(self, observations):
        scores = self.model.logits(torch.from_numpy(np.array(observations)))
        noise = -torch.log(torch.empty_like(scores).exponential_())
        chosen = (scores + noise).argmax(dim=1)
        picked = scores[torch.arange(len(scores)), chosen] - torch.logsumexp(scores, dim=1)
        return chosen.numpy(), picked.numpy()

    @torch.no_grad()
    def value(self, observations):
        return self.model.value(torch.from_numpy(np.array(observations))).numpy()


def minibatch_loss(model, batch, clip, value_coef, entropy_coef):
    scores = model.logits(batch["observations"])
    new = scores[torch.arange(len(scores)), batch["actions"]] - torch.logsumexp(scores, dim=1)
    terms = [
        ppo.clipped_surrogate(new, batch["log_probs"], ppo.normalize_advantages(batch["advantages"]), clip),
        value_coef * ppo.clipped_value_loss(model.value(batch["observations"]), batch["values"], batch["returns"], clip),
        -entropy_coef * ppo.categorical_entropy(scores).mean(),
    ]
    return sum(terms)


def pieces(env, model, updates, steps, epochs, parts, gamma, lam):
    fresh = itertools.count(7)
    state = env.reset()
    for _ in range(updates):
        r, state = collecting.collect(env, Actor(model), state, steps)
        a = adv_module.gae(r["rewards"], r["values"], r["next_values"], r["terminated"], r["truncated"], gamma, lam)
        r = dict(r, advantages=a, returns=a + r["values"])
        for _ in range(epochs):
            for part in collecting.minibatches(r, parts, next(fresh)):
                yield {name: torch.tensor(array) for name, array in part.items()}


def train(env, model, optimizer, updates, steps, epochs, parts, gamma=0.98, lam=0.9, clip=0.2,
          value_coef=1.0, entropy_coef=0.0, max_norm=0.5):
    weights = list(model.parameters())
    for batch in pieces(env, model, updates, steps, epochs, parts, gamma, lam):
        loss = minibatch_loss(model, batch, clip, value_coef, entropy_coef)
        grads = torch.autograd.grad(loss, weights, allow_unused=True)
        norm = float(torch.cat([g.flatten() for g in grads if g is not None]).norm())
        scale = min(1.0, max_norm / (norm + 1e-6))
        optimizer.zero_grad()
        for w, g in zip(weights, grads):
            w.grad = None if g is None else g * scale
        optimizer.step()
