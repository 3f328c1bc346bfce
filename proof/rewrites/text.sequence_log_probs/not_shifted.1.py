"""mask: place of the end by where and amin; log-probs: gather with the inputs"""
import torch


def completion_mask(tokens, prompt_length, eos):
    time = tokens.size(1)
    place = torch.arange(time, device=tokens.device).unsqueeze(0)
    is_end = (tokens == eos) & (place >= prompt_length)
    end = torch.where(is_end, place, torch.full_like(place, time)).amin(dim=1, keepdim=True)
    return ((place >= prompt_length) & (place <= end))[:, 1:]


def sequence_log_probs(logits, tokens, temperature=1.0):
    x = logits[:, :-1].to(torch.promote_types(logits.dtype, torch.float32))
    log_p = torch.log_softmax(x / temperature, dim=-1)
    return torch.gather(log_p, 2, tokens[:, :-1, None]).squeeze(2)
