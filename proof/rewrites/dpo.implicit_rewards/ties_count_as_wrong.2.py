"""count_nonzero of positive margins"""
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    return torch.mul(log_probs.sub(ref_log_probs.detach()), beta)


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    rewards = {
        "chosen_reward": implicit_rewards(chosen, ref_chosen, beta).detach(),
        "rejected_reward": implicit_rewards(rejected, ref_rejected, beta).detach(),
    }
    margins = rewards["chosen_reward"] - rewards["rejected_reward"]
    numbers = {key: value.mean().item() for key, value in rewards.items()}
    numbers["margin"] = margins.mean().item()
    numbers["accuracy"] = torch.count_nonzero(margins.clamp(min=0)).item() / margins.numel()
    return numbers
