"""log_softmax of stacked scores, a loss by hand"""
import torch


def bradley_terry_loss(chosen_scores, rejected_scores):
    with torch.no_grad():
        reference = rejected_scores.clone()
    table = torch.stack([chosen_scores, reference], dim=1)
    log_p = table.log_softmax(dim=1)[:, 0]
    return -(log_p.sum() / log_p.shape[0])
