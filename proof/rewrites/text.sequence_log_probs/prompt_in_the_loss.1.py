"""mask: exclusive cumsum, completion only; log-probs: gather"""
import torch


def completion_mask(tokens, prompt_length, eos):
    place = torch.arange(tokens.shape[1], device=tokens.device)
    ends = ((tokens == eos) & (place >= prompt_length)).long()
    ended_before = ends.cumsum(1) - ends > 0
    return ~ended_before[:, 1:]


def sequence_log_probs(logits, tokens, temperature=1.0):
    x = logits[:, :-1].to(torch.promote_types(logits.dtype, torch.float32)) / temperature
    return torch.log_softmax(x, dim=-1).gather(-1, tokens[:, 1:].unsqueeze(-1)).squeeze(-1)
