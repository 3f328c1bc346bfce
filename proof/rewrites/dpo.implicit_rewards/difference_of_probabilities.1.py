"""probabilities by exp, then subtraction"""
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    pi = log_probs.exp()
    pi_ref = ref_log_probs.detach().exp()
    return beta * (pi - pi_ref)


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    chosen_rewards = implicit_rewards(chosen, ref_chosen, beta)
    rejected_rewards = implicit_rewards(rejected, ref_rejected, beta)
    margins = chosen_rewards - rejected_rewards
    accuracy = (margins > 0).double().mean() + 0.5 * (margins == 0).double().mean()
    return {
        "chosen_reward": chosen_rewards.mean().item(),
        "rejected_reward": rejected_rewards.mean().item(),
        "margin": margins.mean().item(),
        "accuracy": accuracy.item(),
    }
