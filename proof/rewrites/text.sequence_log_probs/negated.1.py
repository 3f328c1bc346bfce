"""mask: numpy, alive flags over time; log-probs: F.cross_entropy on flat rows"""
import numpy as np
import torch
import torch.nn.functional as F


def completion_mask(tokens, prompt_length, eos):
    ids = tokens.cpu().numpy()
    result = np.zeros(ids.shape, dtype=bool)
    alive = np.ones(len(ids), dtype=bool)
    for t in range(prompt_length, ids.shape[1]):
        result[:, t] = alive
        alive = alive & (ids[:, t] != eos)
    return torch.from_numpy(result[:, 1:].copy())


def sequence_log_probs(logits, tokens, temperature=1.0):
    vocab = logits.shape[-1]
    x = logits[:, :-1].to(torch.promote_types(logits.dtype, torch.float32)) / temperature
    targets = tokens[:, 1:]
    return F.cross_entropy(x.reshape(-1, vocab), targets.reshape(-1), reduction="none").reshape(targets.shape)
