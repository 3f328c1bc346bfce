"""From the end of each text to its first token that is no pad."""
import torch


def last_token_scores(scores, tokens, pad):
    found = []
    for row in range(len(tokens)):
        column = tokens.shape[1] - 1
        while tokens[row, column].item() == pad:
            column -= 1
        found.append(scores[row, column])
    return torch.stack(found)
