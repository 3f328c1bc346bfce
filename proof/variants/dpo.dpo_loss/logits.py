"""Binary cross entropy with the margin as the logit of "the chosen one wins"."""
import torch


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    c, r = ref_chosen.data, ref_rejected.data
    logits = (chosen - c) * beta - (rejected - r) * beta
    return torch.nn.BCEWithLogitsLoss()(logits, torch.ones_like(logits))
