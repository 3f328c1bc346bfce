"""mask: lists, index in the row; log-probs: shifted logsumexp"""
import torch


def sequence_log_probs(logits, tokens, temperature=1.0):
    scaled = logits[:, :-1].double() / temperature
    scaled = scaled - scaled.amax(-1, keepdim=True).detach()
    picked = torch.take_along_dim(scaled, tokens[:, 1:, None], dim=2)[..., 0]
    return picked - torch.logsumexp(scaled, dim=-1)


def completion_mask(tokens, prompt_length, eos):
    rows = []
    for row in tokens.tolist():
        last = row.index(eos) if eos in row else len(row) - 1
        rows.append([prompt_length <= t <= last for t in range(1, len(row))])
    return torch.tensor(rows, dtype=torch.bool).reshape(len(rows), -1 if rows[0] else 0)
