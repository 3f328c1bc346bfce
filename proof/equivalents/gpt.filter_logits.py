"""Mutants of filter_logits that cannot differ from it."""

import torch

LAST = "The last axis is where torch works when it is told none."
ARGUMENTS = {
    "smallest = logits.topk(min(top_k, logits.shape[-1]), dim=-1).values[..., -1:] → "
    "smallest = logits.topk(min(top_k, logits.shape[-1])).values[..., -1:]": LAST,
    "probs, order = logits.softmax(dim=-1).sort(dim=-1, descending=True) → "
    "probs, order = logits.softmax(dim=-1).sort(descending=True)": LAST,
    "rank = order.argsort(dim=-1) # of each token, in the order of the vocabulary → "
    "rank = order.argsort() # of each token, in the order of the vocabulary": LAST,
    "logits = logits.masked_fill(likelier.gather(-1, rank) >= top_p, -torch.inf) → "
    "logits = logits.masked_fill(likelier.gather(-1, rank) > top_p, -torch.inf)": (
        "Differs only where a sum of probabilities is p exactly, which the statement leaves to rounding."
    ),
}


def outcome(names, rng):
    shape = rng.integers(1, 9, size=rng.integers(1, 4)).tolist()
    logits = torch.from_numpy(rng.normal(0.0, rng.uniform(0.1, 9.0), shape))
    top_k = int(rng.integers(1, 10)) if rng.random() < 0.7 else None
    top_p = rng.uniform(0.01, 0.999) if rng.random() < 0.7 else None
    return names["filter_logits"](logits, top_k, top_p).numpy()
