"""mask: slices of ones; log-probs: shifted logsumexp"""
import torch


def sequence_log_probs(logits, tokens, temperature=1.0):
    scaled = logits[:, :-1].double() / temperature
    scaled = scaled - scaled.amax(-1, keepdim=True).detach()
    picked = torch.take_along_dim(scaled, tokens[:, 1:, None], dim=2)[..., 0]
    return picked - torch.logsumexp(scaled, dim=-1)


def completion_mask(tokens, prompt_length, eos):
    mask = torch.ones_like(tokens, dtype=torch.bool)
    mask[:, :prompt_length] = False
    return mask[:, 1:]
