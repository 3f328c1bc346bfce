"""The first token that is no pad in the reversed text, by argmax of what is True."""
import torch


def last_token_scores(scores, tokens, pad):
    behind = tokens.flip(dims=[1]).ne(pad).to(torch.uint8).argmax(dim=1)
    return scores[torch.arange(len(tokens)), tokens.shape[1] - 1 - behind]
