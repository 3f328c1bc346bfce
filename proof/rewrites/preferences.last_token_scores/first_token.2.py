"""numpy finds the columns, torch reads them"""
import numpy as np
import torch


def last_token_scores(scores, tokens, pad):
    is_token = tokens.cpu().numpy() != pad
    columns = np.argmax(is_token, axis=1)
    return torch.stack([scores[i, int(column)] for i, column in enumerate(columns)])
