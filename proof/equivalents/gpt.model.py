"""Mutants of GPTConfig and GPT that cannot differ from them in what the statement asks for."""

import torch

PAST = "past = cache[0].past if cache else 0"
WITHOUT = "The statement asks for no cache, and without one this has no effect."
ARGUMENTS = {
    "explicit_attention: bool = False → explicit_attention: bool = True": "Both ways to attend compute the same.",
    f"{PAST} → {PAST.replace('0]', ' 1]')}": WITHOUT,
    f"{PAST} → {PAST.replace('0]', ' -1]')}": WITHOUT,
    "(nothing) → cache = None": WITHOUT,
    "(nothing) → cache = None #2": WITHOUT,
    "(nothing) → batch = batch * 0": WITHOUT,
}


def outcome(names, rng):
    heads = int(rng.integers(1, 4))
    config = names["GPTConfig"](
        vocab_size=int(rng.integers(1, 9)),
        context=int(rng.integers(1, 9)),
        n_layer=int(rng.integers(1, 4)),
        n_head=heads,
        d_model=heads * int(rng.integers(1, 5)),
    )
    model = names["GPT"](config).double()
    tokens = torch.from_numpy(rng.integers(0, config.vocab_size, (2, int(rng.integers(1, config.context + 1)))))
    return model(tokens).detach().numpy(), [parameter.detach().numpy() for parameter in model.parameters()]
