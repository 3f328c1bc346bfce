"""clones, filled by a loop over the answers"""


def preference_pairs(first, second, first_preferred):
    chosen, rejected = second.clone(), first.clone()
    for t, answer in zip(range(first.shape[-1]), first_preferred.tolist()):
        if answer:
            chosen[..., t] = first[..., t]
            rejected[..., t] = second[..., t]
    return chosen, rejected
