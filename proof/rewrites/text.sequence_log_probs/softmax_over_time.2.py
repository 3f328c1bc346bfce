"""mask: place of the end by where and amin; log-probs: normaliser over all positions, one-hot"""
import torch
import torch.nn.functional as F


def sequence_log_probs(logits, tokens, temperature=1.0):
    x = logits.double() / temperature
    x = x - x.amax(dim=1, keepdim=True).detach()
    log_p = x - torch.log(torch.exp(x).sum(dim=1, keepdim=True).clamp_min(1e-300))
    wanted = F.one_hot(tokens[:, 1:], x.shape[2]).to(x.dtype)
    return (log_p[:, :-1] * wanted).sum(-1)


def completion_mask(tokens, prompt_length, eos):
    time = tokens.size(1)
    place = torch.arange(time, device=tokens.device).unsqueeze(0)
    is_end = (tokens == eos) & (place >= prompt_length)
    end = torch.where(is_end, place, torch.full_like(place, time)).amin(dim=1, keepdim=True)
    return ((place >= prompt_length) & (place <= end))[:, 1:]
