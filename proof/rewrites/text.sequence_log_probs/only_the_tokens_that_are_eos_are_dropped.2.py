"""mask: numpy comprehension; log-probs: F.cross_entropy"""
import numpy as np
import torch
import torch.nn.functional as F


def sequence_log_probs(logits, tokens, temperature=1.0):
    batch, time, vocab = logits.shape
    flat = logits[:, :-1].double().reshape(-1, vocab) / temperature
    loss = F.cross_entropy(flat, tokens[:, 1:].reshape(-1), reduction="none")
    return -loss.reshape(batch, time - 1)


def completion_mask(tokens, prompt_length, eos):
    ids = tokens.cpu().numpy()
    mask = np.zeros((ids.shape[0], ids.shape[1] - 1), dtype=bool)
    mask[:, prompt_length - 1 :] = np.not_equal(ids[:, prompt_length:], eos)
    return torch.from_numpy(mask)
