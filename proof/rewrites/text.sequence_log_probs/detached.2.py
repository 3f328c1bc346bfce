"""mask: exclusive cumsum; log-probs: numpy logsumexp"""
import numpy as np
import torch


def sequence_log_probs(logits, tokens, temperature=1.0):
    z = logits.detach().double().cpu().numpy()[:, :-1] / temperature
    z = z - z.max(axis=-1, keepdims=True)
    ids = tokens.cpu().numpy()[:, 1:, None]
    picked = np.take_along_axis(z, ids, axis=-1)[..., 0]
    return torch.from_numpy(picked - np.log(np.exp(z).sum(-1)))


def completion_mask(tokens, prompt_length, eos):
    completion = tokens[:, prompt_length:]
    ends = (completion == eos).long()
    before = ends.cumsum(1) - ends
    prompt = torch.zeros(tokens.shape[0], prompt_length - 1, dtype=torch.bool, device=tokens.device)
    return torch.cat([prompt, before == 0], dim=1)
