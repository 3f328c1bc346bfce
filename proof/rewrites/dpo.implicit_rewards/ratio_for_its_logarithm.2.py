"""quotient of probabilities"""
import torch


def probability(log_probs):
    return log_probs.exp()


def implicit_rewards(log_probs, ref_log_probs, beta):
    with torch.no_grad():
        under_reference = probability(ref_log_probs)
    return beta * probability(log_probs) / under_reference


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    with torch.no_grad():
        a = implicit_rewards(chosen, ref_chosen, beta)
        b = implicit_rewards(rejected, ref_rejected, beta)
        order = torch.sign(a - b)
        result = torch.stack([a.mean(), b.mean(), (a - b).mean(), (order.mean() + 1) / 2])
    return dict(zip(["chosen_reward", "rejected_reward", "margin", "accuracy"], result.tolist()))
