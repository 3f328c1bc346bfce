"""loop over the pairs, with a floor under the logarithm"""
import torch


def preference(first, second):
    """P(first preferred), kept above 0 so that it has a logarithm."""
    p = first.sigmoid() - second.sigmoid()
    return p.clamp(min=torch.finfo(p.dtype).tiny)


def bradley_terry_loss(chosen_scores, rejected_scores):
    costs = []
    for c, r in zip(chosen_scores.unbind(), rejected_scores.unbind()):
        costs.append(-preference(c, r).log())
    return torch.stack(costs).mean()
