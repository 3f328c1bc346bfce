"""mask: exclusive cumsum, strict comparison; log-probs: shifted logsumexp"""
import torch


def completion_mask(tokens, prompt_length, eos):
    place = torch.arange(tokens.shape[1], device=tokens.device)
    ends = ((tokens == eos) & (place >= prompt_length)).long()
    alive = ends.cumsum(1) - ends == 0
    return (alive & (place > prompt_length))[:, 1:]


def sequence_log_probs(logits, tokens, temperature=1.0):
    scaled = logits[:, :-1].double() / temperature
    scaled = scaled - scaled.amax(-1, keepdim=True).detach()
    picked = torch.take_along_dim(scaled, tokens[:, 1:, None], dim=2)[..., 0]
    return picked - torch.logsumexp(scaled, dim=-1)
