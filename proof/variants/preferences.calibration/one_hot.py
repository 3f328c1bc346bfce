"""A table of pairs and bins, and matrix products."""
import torch


def accuracy(chosen_scores, rejected_scores):
    d = chosen_scores - rejected_scores
    return float((torch.sign(d).double() + 1.0).mean() / 2.0)


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores)
    edges = torch.arange(1, bins, dtype=torch.float64) / bins
    place = torch.bucketize(p.double(), edges, right=True)
    table = torch.nn.functional.one_hot(place, bins).to(p.dtype)
    count = table.sum(0)
    return (p @ table) / count, (first_preferred.to(p.dtype) @ table) / count, count.long()
