"""A mutant of configure_optimizer that cannot differ from it."""

import torch

ADAMW = "return torch.optim.AdamW(groups, lr=learning_rate, betas=betas, fused=True)"
ARGUMENTS = {f"{ADAMW} → {ADAMW.replace('True', 'False')}": "`fused` chooses how the same step is computed."}


def outcome(names, rng):
    layers = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.LayerNorm(4)).double()
    optimizer = names["configure_optimizer"](layers, rng.uniform(0, 0.5), rng.uniform(0, 0.5), (0.5, rng.uniform(0, 1)))
    for _ in range(3):
        for parameter in layers.parameters():
            parameter.grad = torch.from_numpy(rng.standard_normal(parameter.shape))
        optimizer.step()
    return [parameter.detach().numpy() for parameter in layers.parameters()]
