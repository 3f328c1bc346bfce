"""mask: reversed cumsum; log-probs: shifted logsumexp"""
import torch


def completion_mask(tokens, prompt_length, eos):
    completion = tokens[:, prompt_length:]
    is_end = completion == eos
    ends_to_come = is_end.flip(1).cumsum(1).flip(1)
    kept = (ends_to_come > 0) | ~is_end.any(dim=1, keepdim=True)
    return torch.cat([torch.zeros_like(tokens[:, 1:prompt_length]).bool(), kept], dim=1)


def sequence_log_probs(logits, tokens, temperature=1.0):
    scaled = logits[:, :-1].double() / temperature
    scaled = scaled - scaled.amax(-1, keepdim=True).detach()
    picked = torch.take_along_dim(scaled, tokens[:, 1:, None], dim=2)[..., 0]
    return picked - torch.logsumexp(scaled, dim=-1)
