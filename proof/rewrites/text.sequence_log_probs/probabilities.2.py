"""mask: numpy, alive flags over time; log-probs: shifted exponentials, division by their sum"""
import numpy as np
import torch


def sequence_log_probs(logits, tokens, temperature=1.0):
    z = logits[:, :-1].double() / temperature
    e = torch.exp(z - z.amax(dim=2, keepdim=True).detach())
    chosen = torch.take_along_dim(e, tokens[:, 1:, None], dim=2).sum(2)
    return chosen / e.sum(2)


def completion_mask(tokens, prompt_length, eos):
    ids = tokens.cpu().numpy()
    result = np.zeros(ids.shape, dtype=bool)
    alive = np.ones(len(ids), dtype=bool)
    for t in range(prompt_length, ids.shape[1]):
        result[:, t] = alive
        alive = alive & (ids[:, t] != eos)
    return torch.from_numpy(result[:, 1:].copy())
