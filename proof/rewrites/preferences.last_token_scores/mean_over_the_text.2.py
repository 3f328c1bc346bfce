"""boolean selection, row by row"""
import torch


def last_token_scores(scores, tokens, pad):
    return torch.stack([row[text != pad].mean() for row, text in zip(scores, tokens)])
