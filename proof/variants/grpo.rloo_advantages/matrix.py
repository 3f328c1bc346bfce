"""One matrix for all groups: 1 on the diagonal and −1/(n − 1) beside it."""
import torch


def rloo_advantages(rewards, group):
    eye = torch.eye(group, dtype=rewards.dtype)
    compare = eye - (1 - eye) / (group - 1)
    with torch.no_grad():
        return torch.einsum("ij,pj->pi", compare, rewards.unflatten(0, (-1, group))).reshape(-1)
