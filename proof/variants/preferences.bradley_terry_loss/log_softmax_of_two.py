"""A softmax over the two texts of a pair; the chosen one is class 0."""
import torch


def bradley_terry_loss(chosen_scores, rejected_scores):
    both = torch.stack([chosen_scores, rejected_scores], dim=-1)
    return torch.nn.functional.cross_entropy(both, torch.zeros(len(both), dtype=torch.long))
