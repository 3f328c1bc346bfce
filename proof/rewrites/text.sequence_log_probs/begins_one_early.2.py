"""mask: loop over time from the last prompt token; log-probs: F.cross_entropy"""
import torch
import torch.nn.functional as F


def sequence_log_probs(logits, tokens, temperature=1.0):
    batch, time, vocab = logits.shape
    flat = logits[:, :-1].double().reshape(-1, vocab) / temperature
    loss = F.cross_entropy(flat, tokens[:, 1:].reshape(-1), reduction="none")
    return -loss.reshape(batch, time - 1)


def completion_mask(tokens, prompt_length, eos):
    batch, time = tokens.shape
    full = torch.zeros(batch, time, dtype=torch.bool)
    alive = torch.ones(batch, dtype=torch.bool)
    for t in range(prompt_length - 1, time):
        full[:, t] = alive
        if t > 0:
            alive = alive & (tokens[:, t] != eos)
    return full[:, 1:]
