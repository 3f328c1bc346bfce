"""Mutants of Actor and minibatch_loss that cannot differ from them."""

import types

import numpy as np
import torch

WHY = "Logits are (n, actions): their last axis is their axis 1."
ACT = "log_probs = self.model.logits(torch.from_numpy(observations)).log_softmax(dim={})"
LOSS = 'log_probs = logits.log_softmax(dim={}).gather(1, batch["actions"][:, None]).squeeze(1)'
ARGUMENTS = {f"{line.format(1)} → {line.format(-1)}": WHY for line in (ACT, LOSS)}


def outcome(names, rng):
    samples, size, actions = (int(n) for n in rng.integers(1, 7, size=3))
    table = torch.from_numpy(rng.normal(0.0, 1.0, (size, actions))).float()
    model = types.SimpleNamespace(logits=lambda x: x @ table, value=lambda x: x.sum(dim=1))
    observations = rng.normal(0.0, 1.0, (samples, size)).astype(np.float32)
    torch.manual_seed(int(rng.integers(1 << 30)))
    drawn, log_probs = names["Actor"](model).act(observations)
    batch = {"observations": torch.from_numpy(observations), "actions": torch.from_numpy(drawn)}
    for name in ("log_probs", "advantages", "values", "returns"):
        batch[name] = torch.from_numpy(rng.normal(0.0, 1.0, samples)).float()
    loss = names["minibatch_loss"](model, batch, 0.2, 0.5, 0.1)
    return np.array([*drawn, *log_probs, float(loss)])
