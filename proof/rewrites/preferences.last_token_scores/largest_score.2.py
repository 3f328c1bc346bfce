"""each row's own tokens, by a helper"""
import torch


def score_of(row, text, pad):
    own = torch.masked_select(row, text.ne(pad))
    return own[own.argmax()]


def last_token_scores(scores, tokens, pad):
    return torch.stack([score_of(scores[i], tokens[i], pad) for i in range(len(scores))])
