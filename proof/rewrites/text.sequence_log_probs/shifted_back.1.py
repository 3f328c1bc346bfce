"""mask: numpy, alive flags over time; log-probs: gather"""
import numpy as np
import torch


def completion_mask(tokens, prompt_length, eos):
    ids = tokens.cpu().numpy()
    result = np.zeros(ids.shape, dtype=bool)
    alive = np.ones(len(ids), dtype=bool)
    for t in range(prompt_length, ids.shape[1]):
        result[:, t] = alive
        alive = alive & (ids[:, t] != eos)
    return torch.from_numpy(result[:, 1:].copy())


def sequence_log_probs(logits, tokens, temperature=1.0):
    wide = logits.to(torch.promote_types(logits.dtype, torch.float32))
    log_p = (wide[:, 1:] / temperature).log_softmax(-1)
    return log_p.gather(2, tokens[:, :-1].unsqueeze(2)).squeeze(2)
