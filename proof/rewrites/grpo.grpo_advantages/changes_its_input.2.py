"""a numpy view of the tensor, loop over groups"""
import torch


def grpo_advantages(rewards, group, by_std=True):
    r = rewards.detach().numpy()
    for start in range(0, len(r), group):
        texts = r[start:start + group]
        texts -= texts[0]
        texts -= texts.mean()
        if by_std:
            texts /= texts.std() + 1e-6
    return torch.tensor(r)
