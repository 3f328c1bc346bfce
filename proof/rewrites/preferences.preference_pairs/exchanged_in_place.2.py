"""loop over the pairs, with a temporary row"""


def preference_pairs(first, second, first_preferred):
    chosen, rejected = first, second
    for i, in_order in enumerate(first_preferred.tolist()):
        if not in_order:
            row = chosen[i].clone()
            chosen[i] = rejected[i].clone()
            rejected[i] = row
    return chosen, rejected
