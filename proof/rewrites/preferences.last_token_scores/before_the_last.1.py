"""argmax from the right, then gather"""
import torch


def last_token_scores(scores, tokens, pad):
    real = (tokens != pad).long()
    pads_behind = real.flip(1).argmax(dim=1)
    last = tokens.shape[1] - 1 - pads_behind
    predicts_last = (last - 1).clamp(min=0)
    return scores.gather(1, predicts_last[:, None])[:, 0]
