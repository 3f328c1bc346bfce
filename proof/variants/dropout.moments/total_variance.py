"""The law of total variance: E[Var(y|m)] + Var(E[y|m])."""


def dropout_moments(mean, variance, dropout_rate, scale):
    keep = 1 - dropout_rate
    within = keep * scale * scale * variance
    between = keep * dropout_rate * (scale * mean) ** 2
    return keep * scale * mean, within + between
