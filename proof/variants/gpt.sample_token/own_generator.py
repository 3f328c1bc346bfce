"""NumPy in float64; its own NumPy generator, seeded by a number drawn from the torch one."""

import numpy as np
import torch


def filter_logits(logits, top_k=None, top_p=None):
    if top_k is not None:
        if top_k < 1:
            raise ValueError("top_k must be at least 1")
        smallest = logits.topk(min(top_k, logits.shape[-1])).values[..., -1:]
        logits = logits.masked_fill(logits < smallest, -torch.inf)
    if top_p is not None:
        if not 0 < top_p <= 1:
            raise ValueError("top_p must be above 0 and at most 1")
        probabilities, order = logits.double().softmax(-1).sort(-1, descending=True)
        drop = (probabilities.cumsum(-1) - probabilities >= top_p) & (top_p < 1)
        logits = logits.masked_fill(torch.zeros_like(drop).scatter(-1, order, drop), -torch.inf)
    return logits


def sample_token(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
    if temperature == 0:
        return torch.from_numpy(np.asarray(logits.detach().numpy().argmax(axis=-1), dtype=np.int64))
    kept = filter_logits(logits.detach().double() / temperature, top_k, top_p).numpy()
    seed = None if generator is None else torch.randint(2**62, (), generator=generator).item()
    uniform = np.random.default_rng(seed).random(kept.shape[:-1] + (1,))
    edges = np.exp(kept - kept.max(axis=-1, keepdims=True)).cumsum(axis=-1)
    tokens = (edges <= uniform * edges[..., -1:]).sum(axis=-1)
    return torch.from_numpy(np.asarray(tokens, dtype=np.int64))
