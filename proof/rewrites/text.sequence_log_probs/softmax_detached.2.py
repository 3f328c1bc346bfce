"""mask: place of the end by where and amin; log-probs: normaliser under no_grad in a helper"""
import torch


@torch.no_grad()
def log_normaliser(z):
    top = z.max(dim=-1, keepdim=True).values
    return top + (z - top).exp().sum(-1, keepdim=True).log()


def sequence_log_probs(logits, tokens, temperature=1.0):
    z = logits[:, :-1].double() / temperature
    log_p = z - log_normaliser(z)
    return torch.take_along_dim(log_p, tokens[:, 1:].unsqueeze(-1), dim=-1).squeeze(-1)


def completion_mask(tokens, prompt_length, eos):
    time = tokens.size(1)
    place = torch.arange(time, device=tokens.device).unsqueeze(0)
    is_end = (tokens == eos) & (place >= prompt_length)
    end = torch.where(is_end, place, torch.full_like(place, time)).amin(dim=1, keepdim=True)
    return ((place >= prompt_length) & (place <= end))[:, 1:]
