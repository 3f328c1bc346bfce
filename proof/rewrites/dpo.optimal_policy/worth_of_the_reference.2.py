"""row by row with dot products"""
import torch


def optimal_policy(ref_log_probs, rewards, beta):
    pis, worth = [], []
    for lp, r in zip(ref_log_probs, rewards):
        s = lp + r / beta
        pis.append(s - s.logsumexp(dim=0))
        worth.append(torch.dot(lp.exp(), r))
    return torch.stack(pis), torch.stack(worth)
