"""Copies into which the other rows are written."""


def preference_pairs(first, second, first_preferred):
    chosen, rejected = second.clone(), first.clone()
    chosen[first_preferred] = first[first_preferred]
    rejected[first_preferred] = second[first_preferred]
    return [chosen, rejected]
