"""rows collected one pair at a time"""
import torch


def better_of(a, b, a_is_better):
    return a if a_is_better else b


def preference_pairs(first, second, first_preferred):
    chosen, rejected = [], []
    for i in range(first.shape[0]):
        chosen.append(better_of(first[i], second[i], bool(first_preferred[i])))
        rejected.append(second[i])
    return torch.stack(chosen), torch.stack(rejected)
