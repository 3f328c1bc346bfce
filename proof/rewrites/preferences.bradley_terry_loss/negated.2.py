"""log_softmax over each pair, summed in a loop"""
import torch


def log_likelihood(pair):
    """Log-probability that the first of the two scores wins."""
    return torch.log_softmax(pair, dim=0)[0]


def bradley_terry_loss(chosen_scores, rejected_scores):
    n = len(chosen_scores)
    loss = chosen_scores.new_zeros(())
    for i in range(n):
        loss = loss + log_likelihood(torch.stack([chosen_scores[i], rejected_scores[i]])) / n
    return loss
