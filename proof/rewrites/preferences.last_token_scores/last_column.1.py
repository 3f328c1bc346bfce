"""plain indexing"""


def last_token_scores(scores, tokens, pad):
    return scores[:, -1]
