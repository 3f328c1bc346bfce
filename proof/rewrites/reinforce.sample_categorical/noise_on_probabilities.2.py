"""own stable softmax, own Gumbel from uniforms, loop over actions"""
import numpy as np


def _probabilities(logits):
    z = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return z / z.sum(axis=-1, keepdims=True)


def _gumbel(rng, shape):
    return -np.log(-np.log(rng.uniform(1e-12, 1.0, size=shape)))


def sample_categorical(logits, rng):
    p = _probabilities(logits)
    lead = p.shape[:-1]
    winner = np.zeros(lead, dtype=np.int64)
    highest = np.full(lead, -np.inf)
    for a in range(p.shape[-1]):
        score = p[..., a] + _gumbel(rng, lead)
        winner = np.where(score > highest, a, winner)
        highest = np.maximum(score, highest)
    return winner.astype(np.int64)
