"""the sum done in numpy with logaddexp"""
import numpy as np
import torch


def bradley_terry_loss(chosen_scores, rejected_scores):
    chosen = chosen_scores.detach().cpu().numpy()
    rejected = rejected_scores.detach().cpu().numpy()
    losses = np.logaddexp(0, rejected - chosen)
    return torch.tensor(losses.mean(), dtype=chosen_scores.dtype, device=chosen_scores.device)
