"""A mask with one True in each row picks the scores."""
import torch


def last_token_scores(scores, tokens, pad):
    kept = tokens != pad
    none_behind = kept.flip(1).cumsum(1).flip(1) == 1
    return scores[kept & none_behind]
