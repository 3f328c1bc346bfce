"""a parallel assignment of the rows to swap"""


def preference_pairs(first, second, first_preferred):
    wrong = ~first_preferred
    first[wrong], second[wrong] = second[wrong], first[wrong]
    return first, second
