"""argmax of a mask"""
import torch


def last_token_scores(scores, tokens, pad):
    not_pad = tokens != pad
    index = not_pad.float().argmax(dim=1, keepdim=True)
    return scores.gather(1, index).squeeze(1)
