"""Mutants of Embedding and SelfAttention that cannot differ from them, once weights are loaded."""

import torch

MADE = "self.position = nn.Parameter(nn.init.normal_(torch.empty(positions, d_model), std=0.5))"
READ = "return self.head(answers.mean(dim=1)).squeeze(1)"
ARGUMENTS = {
    f"{MADE} → {MADE.replace('std=0.5', 'std= 1.5')}": "Before load_weights the weights may be anything.",
    f"{READ} → {READ.replace('dim=1', 'dim=-2')}": "Of three axes, axis 1 is the last but one.",
}


def outcome(names, rng):
    batch, time, features, d_model, more = (int(n) for n in rng.integers(1, 6, size=5))
    model = names["SelfAttention"](features, d_model, None if more == 1 else time + more).double()
    drawn = {name: rng.standard_normal(tuple(value.shape)) for name, value in model.state_dict().items()}
    model.load_weights({name: torch.from_numpy(value) for name, value in drawn.items()})
    x = torch.from_numpy(rng.standard_normal((batch, time, features)))
    return [model.weights(x).detach().numpy(), model(x).detach().numpy()]
