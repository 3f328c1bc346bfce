"""Tensors made once for a rollout and indexed by a permutation of torch; torch's own Categorical; own clipping."""
import numpy as np
import torch
from torch.distributions import Categorical
from curriculum.advantages import gae
from curriculum.ppo import categorical_entropy, clipped_surrogate, clipped_value_loss, normalize_advantages
import curriculum.collecting as collecting


class Actor:
    def __init__(self, model):
        self.net = model

    def act(self, observations):
        with torch.inference_mode():
            d = Categorical(logits=self.net.logits(torch.as_tensor(observations)))
            a = d.sample()
            return a.cpu().numpy(), d.log_prob(a).cpu().numpy()

    def value(self, observations):
        return self.net.value(torch.as_tensor(observations)).detach().numpy()


def minibatch_loss(model, batch, clip, value_coef, entropy_coef):
    z = model.logits(batch["observations"])
    d = Categorical(logits=z)
    adv = normalize_advantages(batch["advantages"])
    total = clipped_surrogate(d.log_prob(batch["actions"]), batch["log_probs"], adv, clip)
    total = total + clipped_value_loss(model.value(batch["observations"]), batch["values"], batch["returns"], clip) * value_coef
    if entropy_coef != 0:
        total = total - d.entropy().mean() * entropy_coef
    return total


def train(env, model, optimizer, updates, steps, epochs, parts, gamma=0.98, lam=0.9, clip=0.2,
          value_coef=1.0, entropy_coef=0.0, max_norm=0.5):
    now = env.reset()
    weights = list(model.parameters())
    actor = Actor(model)
    for _ in range(updates):
        data, now = collecting.collect(env, actor, now, steps)
        adv = gae(data["rewards"], data["values"], data["next_values"], data["terminated"], data["truncated"], gamma, lam)
        whole = {}
        for name in ("observations", "actions", "log_probs", "values"):
            whole[name] = torch.from_numpy(data[name]).flatten(0, 1)
        whole["advantages"] = torch.from_numpy(adv).flatten()
        whole["returns"] = whole["advantages"] + whole["values"]
        n = len(whole["actions"])
        for _ in range(epochs):
            for chosen in torch.randperm(n).view(parts, -1):
                for w in weights:
                    w.grad = None
                minibatch_loss(model, {k: v[chosen] for k, v in whole.items()}, clip, value_coef, entropy_coef).backward()
                with torch.no_grad():
                    norm = torch.sqrt(sum((w.grad ** 2).sum() for w in weights if w.grad is not None))
                    for w in weights:
                        if norm > max_norm and w.grad is not None:
                            w.grad *= max_norm / (norm + 1e-6)
                optimizer.step()
