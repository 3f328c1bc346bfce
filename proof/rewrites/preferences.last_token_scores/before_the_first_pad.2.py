"""cumprod counts the tokens up to the first pad"""
import torch


def last_token_scores(scores, tokens, pad):
    still_text = tokens.ne(pad).long().cumprod(dim=1)
    last = still_text.sum(dim=1, keepdim=True).sub(1).clamp(min=0)
    return torch.take_along_dim(scores, last, dim=1).flatten()
