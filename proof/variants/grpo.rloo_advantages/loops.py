"""Lists and loops: the mean of each text's siblings, one text at a time."""
import torch


def rloo_advantages(rewards, group):
    values = rewards.detach().tolist()
    found = []
    for i, own in enumerate(values):
        first = group * (i // group)
        siblings = values[first:i] + values[i + 1 : first + group]
        found.append(own - sum(siblings) / len(siblings))
    return torch.tensor(found, dtype=rewards.dtype)
