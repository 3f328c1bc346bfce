"""Mutants of the MLP and the block that cannot differ from them."""

import torch

MADE = "def __init__(self, d_model: int, n_head: int, dropout: float = 0.0, explicit: bool = False) -> None:"
ARGUMENTS = {
    f"{MADE} → {MADE.replace('explicit: bool = False', 'explicit: bool = True')}": (
        "Both ways to attend give the same numbers; which one a block takes if it is not told is left open."
    ),
}


def outcome(names, rng):
    def random(*shape):
        return torch.from_numpy(rng.uniform(-1, 1, shape))

    n_head, time = int(rng.integers(1, 4)), int(rng.integers(1, 6))
    d_model = 2 * n_head
    block = names["Block"](d_model, n_head).double()
    matrices = {f"attention.{name}": (d_model, d_model) for name in ("q", "k", "v", "out")}
    matrices |= {"up": (4 * d_model, d_model), "down": (d_model, 4 * d_model)}
    weights = {
        f"{name}.{part}": random(d_model) for name in ("attention_norm", "mlp_norm") for part in ("weight", "bias")
    }
    for name, shape in matrices.items():
        weights |= {f"{name}.weight": random(*shape), f"{name}.bias": random(shape[0])}
    block.load_weights(weights)
    return block(random(2, time, d_model)).detach().numpy()
