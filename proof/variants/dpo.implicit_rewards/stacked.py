"""Both sides as one tensor (2, pairs); heaviside with the value one half at 0."""
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    reference = ref_log_probs.clone().detach()
    return (log_probs - reference) * beta


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    both = torch.stack([implicit_rewards(chosen, ref_chosen, beta), implicit_rewards(rejected, ref_rejected, beta)])
    both = both.detach().double()
    gap = both[0] - both[1]
    first, second = both.mean(dim=1).tolist()
    share = torch.heaviside(gap, torch.tensor(0.5, dtype=gap.dtype)).mean().item()
    return {"chosen_reward": first, "rejected_reward": second, "margin": gap.mean().item(), "accuracy": share}
