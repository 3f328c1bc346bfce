"""Softplus of the negative margin, the four log-probs combined as policy's ratio less reference's."""
import torch


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    policy = chosen - rejected
    with torch.no_grad():
        reference = ref_chosen - ref_rejected
    return torch.nn.functional.softplus(beta * (reference - policy)).mean()
