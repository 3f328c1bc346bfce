"""torch.sub, numbers under no_grad"""
import torch
from torch import Tensor


def implicit_rewards(log_probs: Tensor, ref_log_probs: Tensor, beta: float) -> Tensor:
    advantage_over_reference = torch.sub(log_probs, ref_log_probs)
    return advantage_over_reference.mul(beta)


@torch.no_grad()
def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    numbers = {}
    rewards = {}
    for name, policy, reference in (("chosen", chosen, ref_chosen), ("rejected", rejected, ref_rejected)):
        rewards[name] = implicit_rewards(policy, reference, beta)
        numbers[name + "_reward"] = rewards[name].mean().item()
    gap = rewards["chosen"] - rewards["rejected"]
    numbers["margin"] = gap.mean().item()
    numbers["accuracy"] = gap.sign().add(1).div(2).mean().item()
    return numbers
