"""comparing the texts directly for the accuracy"""
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    return beta * (log_probs - ref_log_probs.detach())


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    reward_chosen = implicit_rewards(chosen, ref_chosen, beta)
    reward_rejected = implicit_rewards(rejected, ref_rejected, beta)
    likelier = (chosen > rejected).double() + 0.5 * (chosen == rejected).double()
    return {
        "chosen_reward": reward_chosen.mean().item(),
        "rejected_reward": reward_rejected.mean().item(),
        "margin": (reward_chosen - reward_rejected).mean().item(),
        "accuracy": likelier.mean().item(),
    }
