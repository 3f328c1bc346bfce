"""an accumulator over the indices"""
import torch


def bradley_terry_loss(chosen_scores, rejected_scores):
    pairs = chosen_scores.size(0)
    loss = torch.zeros((), dtype=chosen_scores.dtype, device=chosen_scores.device)
    for i in range(pairs):
        loss = loss + rejected_scores[i] - chosen_scores[i]
    return loss / pairs
