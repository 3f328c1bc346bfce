"""Einsum with one-hot targets, and the place of the first eos by argmax."""
import torch
from torch.nn import functional as F


def completion_mask(tokens, prompt_length, eos):
    batch, time = tokens.shape
    places = torch.arange(time)
    is_end = (tokens == eos) & (places >= prompt_length)
    first = torch.where(is_end.any(1), is_end.int().argmax(1), torch.full((batch,), time))
    chosen = (places[None] >= prompt_length) & (places[None] <= first[:, None])
    return chosen[:, 1:]


def sequence_log_probs(logits, tokens, temperature=1.0):
    x = logits.double() / temperature
    top = x.detach().max(-1, keepdim=True).values
    log_p = (x - top) - (x - top).exp().sum(-1, keepdim=True).log()
    which = F.one_hot(tokens, x.shape[-1]).to(x.dtype)
    return torch.einsum("btv,btv->bt", log_p[:, :-1], which[:, 1:])
