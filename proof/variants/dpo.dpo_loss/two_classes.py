"""Cross entropy of a choice between two texts, whose scores are the implicit rewards."""
import torch
import torch.nn.functional as F


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    scores = torch.stack([chosen - ref_chosen.detach(), rejected - ref_rejected.detach()], dim=1) * beta
    return F.cross_entropy(scores, torch.zeros(len(scores), dtype=torch.long))
