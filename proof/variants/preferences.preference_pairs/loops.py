"""One pair after another, stacked at the end."""
import torch


def preference_pairs(first, second, first_preferred):
    chosen, rejected = [], []
    for i in range(len(first)):
        a, b = (first[i], second[i]) if bool(first_preferred[i]) else (second[i], first[i])
        chosen.append(a)
        rejected.append(b)
    return torch.stack(chosen), torch.stack(rejected)
