"""Mutants of sample_token that cannot differ from it."""

import torch

ARGUMENTS = {
    "if temperature == 0: → if temperature <= 0:": "A temperature is never negative.",
}


def outcome(names, rng):
    shape = rng.integers(1, 9, size=rng.integers(1, 4)).tolist()
    logits = torch.from_numpy(rng.normal(0.0, rng.uniform(0.1, 9.0), shape))
    top_k = int(rng.integers(1, 10)) if rng.random() < 0.5 else None
    top_p = rng.uniform(0.01, 0.999) if rng.random() < 0.5 else None
    temperature = rng.uniform(0.05, 3.0) if rng.random() < 0.7 else 0.0
    return names["sample_token"](logits, temperature, top_k, top_p).numpy()
