"""double loop over texts and tokens"""
import torch


def last_token_scores(scores, tokens, pad):
    found = []
    for i, text in enumerate(tokens.tolist()):
        last = 0
        for position, token in enumerate(text):
            if token:
                last = position
        found.append(scores[i, last])
    return torch.stack(found)
