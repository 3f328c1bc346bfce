"""dataclass of the two sides, loop over the pairs"""
from dataclasses import dataclass

import torch


@dataclass
class Side:
    policy: torch.Tensor
    reference: torch.Tensor

    def reward(self, beta):
        ratio = self.policy - self.reference.detach()
        return torch.div(ratio, beta)


def implicit_rewards(log_probs, ref_log_probs, beta):
    return Side(log_probs, ref_log_probs).reward(beta)


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    first = Side(chosen, ref_chosen).reward(beta).detach()
    second = Side(rejected, ref_rejected).reward(beta).detach()
    score = 0.0
    for i in range(first.numel()):
        if first[i] > second[i]:
            score += 1
        elif first[i] == second[i]:
            score += 0.5
    return {
        "chosen_reward": first.mean().item(),
        "rejected_reward": second.mean().item(),
        "margin": (first - second).mean().item(),
        "accuracy": score / first.numel(),
    }
