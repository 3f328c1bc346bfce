"""mask: numpy, alive flags over time; log-probs: F.nll_loss with classes in the second dimension"""
import numpy as np
import torch
import torch.nn.functional as F


def sequence_log_probs(logits, tokens, temperature=1.0):
    log_p = F.log_softmax(logits.double(), dim=2)
    by_class = log_p[:, :-1].transpose(1, 2)
    return F.nll_loss(by_class, tokens[:, 1:], reduction="none").neg()


def completion_mask(tokens, prompt_length, eos):
    ids = tokens.cpu().numpy()
    result = np.zeros(ids.shape, dtype=bool)
    alive = np.ones(len(ids), dtype=bool)
    for t in range(prompt_length, ids.shape[1]):
        result[:, t] = alive
        alive = alive & (ids[:, t] != eos)
    return torch.from_numpy(result[:, 1:].copy())
