"""scores lined up with the token they come before, read in a loop"""
import torch


def last_token_scores(scores, tokens, pad):
    # Column t of `shifted` is about token t: it is the output that stands in front of it.
    shifted = torch.cat([scores[:, :1], scores[:, :-1]], dim=1)
    result = []
    for text, row in zip(tokens, shifted):
        positions = (text != pad).nonzero().flatten()
        result.append(row[positions[-1]])
    return torch.stack(result)
