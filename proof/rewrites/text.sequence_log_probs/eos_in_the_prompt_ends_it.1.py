"""mask: cumsum over whole rows; log-probs: F.cross_entropy"""
import torch
import torch.nn.functional as F


def completion_mask(tokens, prompt_length, eos):
    ends = (tokens == eos).long()
    alive = ends.cumsum(dim=1) - ends == 0
    alive[:, :prompt_length] = False
    return alive[:, 1:]


def sequence_log_probs(logits, tokens, temperature=1.0):
    batch, time, vocab = logits.shape
    flat = logits[:, :-1].double().reshape(-1, vocab) / temperature
    loss = F.cross_entropy(flat, tokens[:, 1:].reshape(-1), reduction="none")
    return -loss.reshape(batch, time - 1)
