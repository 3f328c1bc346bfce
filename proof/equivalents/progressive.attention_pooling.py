"""Mutants of AttentionPooling that cannot differ from it."""

import torch

SCORES, POOLED = (
    "return scores.softmax(dim=1)",
    "pooled = (self.weights(x).unsqueeze(-1) * self.value(x)).sum(dim=1) # (batch, d_model)",
)
ARGUMENTS = {
    f"{SCORES} → {SCORES.replace('dim=1', 'dim=-1')}": "Of two axes, axis 1 is the last.",
    f"{POOLED} → {POOLED.replace('dim=1', 'dim=-2')}": "Of three axes, axis 1 is the last but one.",
}


def outcome(names, rng):
    batch, time, features, d_model = (int(n) for n in rng.integers(1, 6, size=4))
    torch.manual_seed(int(rng.integers(1 << 31)))
    model = names["AttentionPooling"](features, d_model).double()
    x = torch.from_numpy(rng.standard_normal((batch, time, features)))
    return [model.weights(x).detach().numpy(), model(x).detach().numpy()]
