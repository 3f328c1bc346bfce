"""mask: arange comparison; log-probs: F.cross_entropy"""
import torch
import torch.nn.functional as F


def completion_mask(tokens, prompt_length, eos):
    target = torch.arange(1, tokens.shape[1], device=tokens.device)
    return (target >= prompt_length).expand(tokens.shape[0], -1).clone()


def sequence_log_probs(logits, tokens, temperature=1.0):
    batch, time, vocab = logits.shape
    flat = logits[:, :-1].double().reshape(-1, vocab) / temperature
    loss = F.cross_entropy(flat, tokens[:, 1:].reshape(-1), reduction="none")
    return -loss.reshape(batch, time - 1)
