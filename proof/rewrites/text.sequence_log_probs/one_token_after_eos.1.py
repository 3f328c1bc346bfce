"""mask: place of the end, argmax; log-probs: one-hot einsum"""
import torch
import torch.nn.functional as F


def completion_mask(tokens, prompt_length, eos):
    batch, time = tokens.shape
    place = torch.arange(time, device=tokens.device)
    is_end = (tokens == eos) & (place >= prompt_length)
    first = torch.where(is_end.any(1), is_end.int().argmax(1), torch.full((batch,), time))
    chosen = (place >= prompt_length) & (place <= first[:, None] + 1)
    return chosen[:, 1:]


def sequence_log_probs(logits, tokens, temperature=1.0):
    x = logits[:, :-1].double() / temperature
    one_hot = F.one_hot(tokens[:, 1:], logits.shape[-1]).to(x.dtype)
    return torch.einsum("btv,btv->bt", x.log_softmax(-1), one_hot)
