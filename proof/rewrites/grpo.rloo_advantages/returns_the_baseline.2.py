"""python lists, concatenated slices"""
import torch


def rloo_advantages(rewards, group):
    numbers = rewards.tolist()
    result = []
    for start in range(0, len(numbers), group):
        texts = numbers[start:start + group]
        for k in range(group):
            rest = texts[:k] + texts[k + 1:]
            result.append(sum(rest) / len(rest))
    return torch.tensor(result, dtype=rewards.dtype)
