"""Mutants of causal self-attention that cannot differ from it."""

import torch

FITS = "if q.shape[2] == k.shape[2]:"
ARGUMENTS = {
    "(nothing) → device = None": "A submission's worker has one device, and it is the default.",
    f"{FITS} → {FITS.replace('==', '>=')}": "There are never more queries than keys.",
}


class Cache:
    """Keys and values of the pieces so far."""

    def __init__(self):
        self.k, self.v = [], []

    def extended(self, k, v):
        self.k.append(k)
        self.v.append(v)
        return torch.cat(self.k, dim=2), torch.cat(self.v, dim=2)


def outcome(names, rng):
    def random(*shape):
        return torch.from_numpy(rng.uniform(-2, 2, shape))

    n_head, head_dim, time, past = (int(n) for n in rng.integers(1, 5, size=4))
    d_model = n_head * head_dim
    module = names["CausalSelfAttention"](d_model, n_head, explicit=bool(rng.random() < 0.5)).double()
    shapes = {"weight": (d_model, d_model), "bias": (d_model,)}
    module.load_weights({f"{name}.{part}": random(*shapes[part]) for name in ("q", "k", "v", "out") for part in shapes})
    cache = Cache() if rng.random() < 0.5 else None
    pieces = [module(random(2, length, d_model), cache) for length in (past, time)]
    return [piece.detach().numpy() for piece in pieces]
