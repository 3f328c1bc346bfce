"""argmax over the pads; -1 where there are none"""
import torch


def last_token_scores(scores, tokens, pad):
    is_pad = (tokens == pad).int()
    last = is_pad.argmax(dim=-1) - 1
    return scores[torch.arange(scores.shape[0], device=scores.device), last]
