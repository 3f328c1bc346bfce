"""One pair after another, by logaddexp."""
import torch


def bradley_terry_loss(chosen_scores, rejected_scores):
    losses = []
    for a, b in zip(chosen_scores, rejected_scores):
        losses.append(torch.logaddexp(a, b) - a)
    return sum(losses) / len(losses)
