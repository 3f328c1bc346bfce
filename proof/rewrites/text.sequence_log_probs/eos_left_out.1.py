"""mask: cumsum of the ends; log-probs: gather"""
import torch


def completion_mask(tokens, prompt_length, eos):
    completion = tokens[:, prompt_length:]
    running = (completion == eos).cumsum(dim=1) == 0
    prompt = torch.zeros_like(tokens[:, 1:prompt_length], dtype=torch.bool)
    return torch.cat([prompt, running], dim=1)


def sequence_log_probs(logits, tokens, temperature=1.0):
    x = logits[:, :-1].to(torch.promote_types(logits.dtype, torch.float32)) / temperature
    return torch.log_softmax(x, dim=-1).gather(-1, tokens[:, 1:].unsqueeze(-1)).squeeze(-1)
