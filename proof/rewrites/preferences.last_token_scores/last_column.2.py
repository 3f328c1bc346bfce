"""gather with an index of positions"""
import torch


def last_token_scores(scores, tokens, pad):
    batch, length = tokens.shape
    last = torch.full((batch, 1), length - 1, dtype=torch.long, device=scores.device)
    return torch.gather(scores, 1, last).squeeze(1)
