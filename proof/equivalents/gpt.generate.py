"""Mutants of generate that cannot differ from it."""

import torch

ARGUMENTS = {
    "(nothing) → generator = None": (
        "The statement says that the judge passes None: a generator cannot cross to the submission's process."
    ),
}


class Table:
    """A model whose next token depends on the tokens before; its cache is a list of what it has read."""

    def __init__(self, logits):
        self.logits = logits

    def new_cache(self, batch):
        return [torch.zeros(batch, 0, dtype=torch.int64)]

    def __call__(self, tokens, cache=None):
        past = cache[0] if cache else tokens[:, :0]
        whole = torch.cat([past, tokens], 1)
        if cache:
            cache[0] = whole
        return self.logits[whole.cumsum(1) % len(self.logits)][:, past.shape[1] :]


def outcome(names, rng):
    batch, time, vocab = rng.integers(1, 6, size=3).tolist()
    model = Table(torch.from_numpy(rng.standard_normal((11, vocab))))
    prompt = torch.from_numpy(rng.integers(0, vocab, (batch, time)))
    temperature, use_cache = float(rng.choice([0.0, 0.7, 1.0])), bool(rng.random() < 0.5)
    return names["generate"](model, prompt, int(rng.integers(0, 5)), temperature, use_cache=use_cache).numpy()
