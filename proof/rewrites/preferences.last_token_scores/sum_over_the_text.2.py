"""index_add of all kept scores into their texts"""
import torch


def last_token_scores(scores, tokens, pad):
    texts, positions = torch.nonzero(tokens != pad, as_tuple=True)
    result = scores.new_zeros(scores.shape[0])
    return result.index_add(0, texts, scores[texts, positions])
