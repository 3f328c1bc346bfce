"""mask: place of the end by where and amin; log-probs: loop with the index modulo time"""
import torch
import torch.nn.functional as F


def sequence_log_probs(logits, tokens, temperature=1.0):
    time = tokens.shape[1]
    log_p = F.log_softmax(logits.double() / temperature, dim=2)
    columns = []
    for t in range(time):
        wanted = tokens[:, (t + 1) % time].unsqueeze(1)
        columns.append(log_p[:, t].gather(1, wanted))
    return torch.cat(columns, dim=1)


def completion_mask(tokens, prompt_length, eos):
    time = tokens.size(1)
    place = torch.arange(time, device=tokens.device).unsqueeze(0)
    is_end = (tokens == eos) & (place >= prompt_length)
    end = torch.where(is_end, place, torch.full_like(place, time)).amin(dim=1, keepdim=True)
    return ((place >= prompt_length) & (place <= end))[:, 1:]
