"""reversed cumsum makes the mask, einsum reads"""
import torch


def is_last(tokens, pad):
    """1 at the last token that is not a pad, and 0 elsewhere."""
    real = (tokens != pad).long()
    tokens_from_here = real.flip(1).cumsum(1).flip(1)
    return real * (tokens_from_here == 1)


def last_token_scores(scores, tokens, pad):
    return torch.einsum("bt,bt->b", scores, is_last(tokens, pad).to(scores.dtype))
