"""boolean indexing of both tensors"""


def preference_pairs(first, second, first_preferred):
    chosen = first[first_preferred]
    rejected = second[first_preferred]
    return chosen, rejected
