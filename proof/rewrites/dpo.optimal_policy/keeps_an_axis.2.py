"""list of rows, each with its maximum"""
import torch


def _solve(ref, reward, beta):
    s = ref + reward / beta
    return torch.log_softmax(s, dim=0), beta * torch.logsumexp(s, dim=0, keepdim=True)


def optimal_policy(ref_log_probs, rewards, beta):
    solved = [_solve(a, b, beta) for a, b in zip(ref_log_probs, rewards)]
    return torch.stack([s[0] for s in solved]), torch.stack([s[1] for s in solved])
