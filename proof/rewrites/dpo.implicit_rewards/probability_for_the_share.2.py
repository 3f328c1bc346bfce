"""softmax over the two texts of a pair"""
import torch
from torch.nn import functional as F


def implicit_rewards(log_probs, ref_log_probs, beta):
    with torch.no_grad():
        baseline = ref_log_probs.clone()
    return torch.sub(log_probs, baseline) * beta


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    table = torch.stack(
        [implicit_rewards(chosen, ref_chosen, beta), implicit_rewards(rejected, ref_rejected, beta)], dim=1
    ).detach()
    preferred = F.softmax(table, dim=1)[:, 0]
    means = table.mean(dim=0).tolist()
    return {
        "chosen_reward": means[0],
        "rejected_reward": means[1],
        "margin": (table[:, 0] - table[:, 1]).mean().item(),
        "accuracy": preferred.mean().item(),
    }
