"""clamp at the machine epsilon"""
import torch


def safe_log(p):
    smallest = torch.finfo(p.dtype).eps
    return torch.log(torch.clamp(p, min=smallest))


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    with torch.no_grad():
        reference_gap = beta * (ref_chosen - ref_rejected)
    policy_gap = beta * (chosen - rejected)
    preferred = (policy_gap - reference_gap).sigmoid()
    return -torch.mean(safe_log(preferred))
