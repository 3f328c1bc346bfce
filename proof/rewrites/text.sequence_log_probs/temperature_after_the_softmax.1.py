"""mask: numpy, alive flags over time; log-probs: gather, then divide"""
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
    log_p = torch.log_softmax(logits[:, :-1].to(torch.promote_types(logits.dtype, torch.float32)), dim=-1)
    return log_p.gather(-1, tokens[:, 1:, None]).squeeze(-1) / temperature
