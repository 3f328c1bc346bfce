"""mask: double loop with break; log-probs: score all places, drop the last"""
import torch
import torch.nn.functional as F


def sequence_log_probs(logits, tokens, temperature=1.0):
    batch, time, vocab = logits.shape
    scores = logits.double().reshape(batch * time, vocab) / temperature
    nll = F.cross_entropy(scores, tokens.reshape(-1), reduction="none")
    return -nll.reshape(batch, time)[:, : time - 1]


def completion_mask(tokens, prompt_length, eos):
    batch, time = tokens.shape
    mask = torch.zeros(batch, time - 1, dtype=torch.bool)
    for b in range(batch):
        for t in range(prompt_length, time):
            mask[b, t - 1] = True
            if tokens[b, t] == eos:
                break
    return mask
