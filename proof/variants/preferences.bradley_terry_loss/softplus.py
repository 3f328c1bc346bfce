"""log(1 + e^-d) by softplus."""
import torch.nn.functional as F


def bradley_terry_loss(chosen_scores, rejected_scores):
    return F.softplus(rejected_scores - chosen_scores).mean()
