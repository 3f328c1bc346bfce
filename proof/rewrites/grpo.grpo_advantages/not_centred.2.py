"""python lists and the statistics module"""
import statistics
import torch


def grpo_advantages(rewards, group, by_std=True):
    numbers = rewards.tolist()
    out = []
    for k in range(0, len(numbers), group):
        texts = numbers[k:k + group]
        if len(set(texts)) == 1:
            out += [0.0] * group
        elif by_std:
            spread = statistics.stdev(texts)
            out += [r / spread for r in texts]
        else:
            out += texts
    return torch.tensor(out, dtype=rewards.dtype)
