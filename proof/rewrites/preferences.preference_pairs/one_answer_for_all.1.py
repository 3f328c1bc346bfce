"""an if on the answer"""


def preference_pairs(first, second, first_preferred):
    if first_preferred[0]:
        return first, second
    return second, first
