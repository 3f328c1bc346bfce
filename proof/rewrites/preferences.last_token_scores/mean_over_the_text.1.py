"""masked_fill, sum and count"""


def last_token_scores(scores, tokens, pad):
    padding = tokens == pad
    total = scores.masked_fill(padding, 0.0).sum(dim=1)
    count = (~padding).sum(dim=1)
    return total / count
