"""loops over lists, math module"""
import math


def surprise(row, answer):
    top = max(row)
    return top + math.log(sum(math.exp(x - top) for x in row)) - row[answer]


def next_token_loss(logits, tokens, mask=None):
    rows = logits.detach().double().tolist()
    text = tokens.tolist()
    kept = None if mask is None else mask.tolist()
    losses = []
    for b in range(len(text)):
        for t in range(len(text[b]) - 1):
            if kept is None or kept[b][t + 1]:
                losses.append(surprise(rows[b][t], text[b][t + 1]))
    return math.fsum(losses) / max(len(losses), 1)
