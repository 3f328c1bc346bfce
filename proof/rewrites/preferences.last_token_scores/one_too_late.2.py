"""walks back over the pads of each row"""
import torch


def end_of_text(row, pad):
    """Where the text ends: pads at the back are walked over."""
    end = len(row)
    while row[end - 1] == pad:
        end -= 1
    return min(end, len(row) - 1)


def last_token_scores(scores, tokens, pad):
    picked = [scores[i, end_of_text(row, pad)] for i, row in enumerate(tokens.tolist())]
    return torch.stack(picked)
