"""mask: python lists and index; log-probs: F.cross_entropy, scaled by the inverse temperature"""
import torch
import torch.nn.functional as F


def sequence_log_probs(logits, tokens, temperature=1.0):
    beta = 1.0 / temperature
    batch, time, vocab = logits.shape
    nll = F.cross_entropy(
        logits[:, : time - 1].reshape(-1, vocab).double(), tokens[:, 1:].reshape(-1), reduction="none"
    )
    return (-beta * nll).reshape(batch, time - 1)


def completion_mask(tokens, prompt_length, eos):
    rows = []
    for row in tokens.tolist():
        text = row[prompt_length:]
        kept = text.index(eos) + 1 if eos in text else len(text)
        rows.append([False] * (prompt_length - 1) + [True] * kept + [False] * (len(text) - kept))
    return torch.tensor(rows, dtype=torch.bool).reshape(tokens.shape[0], tokens.shape[1] - 1)
