"""no_grad, stacked and unbound"""
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    log_ratio = log_probs - ref_log_probs.detach()
    return torch.mul(log_ratio, beta)


@torch.no_grad()
def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    good = implicit_rewards(chosen, ref_chosen, beta)
    bad = implicit_rewards(rejected, ref_rejected, beta)
    margins = good - bad
    share = torch.heaviside(margins, torch.full_like(margins, 0.5))
    means = torch.stack([good, bad, margins, share]).mean(dim=1)
    return dict(zip(("chosen_reward", "rejected_reward", "margin", "accuracy"), means.unbind()))
