"""torch.add, heaviside"""
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    total = torch.add(log_probs, ref_log_probs.detach())
    return torch.mul(total, beta)


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    rewards = [
        implicit_rewards(lp, ref, beta).detach()
        for lp, ref in ((chosen, ref_chosen), (rejected, ref_rejected))
    ]
    margins = rewards[0] - rewards[1]
    half = margins.new_tensor(0.5)
    numbers = {
        "chosen_reward": rewards[0].mean(),
        "rejected_reward": rewards[1].mean(),
        "margin": margins.mean(),
        "accuracy": torch.heaviside(margins, half).mean(),
    }
    return {name: value.item() for name, value in numbers.items()}
