"""mask: double loop with break; log-probs: advanced indexing"""
import torch


def sequence_log_probs(logits, tokens, temperature=1.0):
    batch, time = tokens.shape
    b = torch.arange(batch).unsqueeze(1)
    t = torch.arange(time - 1).unsqueeze(0)
    return logits.double()[b, t, tokens[:, 1:]]


def completion_mask(tokens, prompt_length, eos):
    batch, time = tokens.shape
    mask = torch.zeros(batch, time - 1, dtype=torch.bool)
    for b in range(batch):
        for t in range(prompt_length, time):
            mask[b, t - 1] = True
            if tokens[b, t] == eos:
                break
    return mask
