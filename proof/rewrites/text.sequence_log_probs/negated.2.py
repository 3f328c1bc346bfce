"""mask: python lists and index; log-probs: logsumexp minus the picked logit"""
import torch


def sequence_log_probs(logits, tokens, temperature=1.0):
    z = logits.narrow(1, 0, logits.shape[1] - 1).double() / temperature
    z = z - z.amax(-1, keepdim=True).detach()
    picked = z.gather(-1, tokens[:, 1:].unsqueeze(-1)).squeeze(-1)
    return z.logsumexp(-1) - picked


def completion_mask(tokens, prompt_length, eos):
    rows = []
    for row in tokens.tolist():
        text = row[prompt_length:]
        kept = text.index(eos) + 1 if eos in text else len(text)
        rows.append([False] * (prompt_length - 1) + [True] * kept + [False] * (len(text) - kept))
    return torch.tensor(rows, dtype=torch.bool).reshape(tokens.shape[0], tokens.shape[1] - 1)
