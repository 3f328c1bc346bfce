"""masked_fill with -inf, then max"""


def last_token_scores(scores, tokens, pad):
    visible = scores.masked_fill(tokens == pad, float("-inf"))
    return visible.max(dim=1).values
