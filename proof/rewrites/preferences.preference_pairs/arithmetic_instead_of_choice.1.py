"""weights 1 and 0 of each pair"""


def preference_pairs(first, second, first_preferred):
    weight = first_preferred.long()
    while weight.dim() < first.dim():
        weight = weight.unsqueeze(-1)
    chosen = weight * first + (1 - weight) * second
    rejected = (1 - weight) * first + weight * second
    return chosen, rejected
