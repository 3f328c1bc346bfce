"""gather from detached scores"""
import torch


def last_token_scores(scores, tokens, pad):
    width = tokens.shape[1]
    distance = (tokens != pad).byte().flip(1).argmax(dim=1)
    last = width - 1 - distance
    return scores.detach().gather(1, last.unsqueeze(1)).squeeze(1)
