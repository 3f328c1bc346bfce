"""mask: numpy, alive flags over time; log-probs: log of normalised exponentials, advanced indexing"""
import numpy as np
import torch


def policy(z):
    e = torch.exp(z - z.amax(-1, keepdim=True).detach())
    return e / e.sum(-1, keepdim=True)


def sequence_log_probs(logits, tokens, temperature=1.0):
    log_p = policy(logits.double() / temperature).log()
    b = torch.arange(tokens.shape[0])[:, None]
    t = torch.arange(tokens.shape[1] - 1)
    return log_p[b, t, tokens[:, 1:]]


def completion_mask(tokens, prompt_length, eos):
    ids = tokens.cpu().numpy()
    result = np.zeros(ids.shape, dtype=bool)
    alive = np.ones(len(ids), dtype=bool)
    for t in range(prompt_length, ids.shape[1]):
        result[:, t] = alive
        alive = alive & (ids[:, t] != eos)
    return torch.from_numpy(result[:, 1:].copy())
