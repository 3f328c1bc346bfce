"""mask: exclusive cumsum; log-probs: one-hot of all tokens, first column dropped"""
import torch
import torch.nn.functional as F


def sequence_log_probs(logits, tokens, temperature=1.0):
    scaled = logits.double() / temperature
    one_hot = F.one_hot(tokens, scaled.shape[-1]).to(scaled.dtype)
    scores = (torch.log_softmax(scaled, dim=-1) * one_hot).sum(-1)
    return scores[:, 1:]


def completion_mask(tokens, prompt_length, eos):
    completion = tokens[:, prompt_length:]
    ends = (completion == eos).long()
    before = ends.cumsum(1) - ends
    prompt = torch.zeros(tokens.shape[0], prompt_length - 1, dtype=torch.bool, device=tokens.device)
    return torch.cat([prompt, before == 0], dim=1)
