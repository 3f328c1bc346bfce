"""Python lists in, one tensor out"""
import torch


def last_token_scores(scores, tokens, pad):
    values = []
    for row, text in zip(scores.tolist(), tokens.tolist()):
        last = max(t for t, token in enumerate(text) if token != pad)
        values.append(row[last])
    return torch.tensor(values, dtype=scores.dtype, device=scores.device)
