"""largest position times mask"""
import torch


def last_token_scores(scores, tokens, pad):
    positions = torch.arange(tokens.shape[1], device=tokens.device)
    last = (positions * (tokens != 0)).max(dim=1).values
    rows = torch.arange(tokens.shape[0], device=tokens.device)
    return scores[rows, last]
