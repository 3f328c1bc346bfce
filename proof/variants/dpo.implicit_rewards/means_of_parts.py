"""Means of the four log-probs are taken first; ties by counting both strict and weak wins."""
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    return torch.add(beta * log_probs, ref_log_probs.detach(), alpha=-beta)


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    c, r, ref_c, ref_r = (float(x.double().mean()) for x in (chosen, rejected, ref_chosen, ref_rejected))
    win = (chosen.detach() - ref_chosen) - (rejected.detach() - ref_rejected)
    wins = (win > 0).double() + (win >= 0).double()
    return dict(
        chosen_reward=beta * (c - ref_c),
        rejected_reward=beta * (r - ref_r),
        margin=beta * (c - ref_c - r + ref_r),
        accuracy=float(wins.mean() / 2),
    )
