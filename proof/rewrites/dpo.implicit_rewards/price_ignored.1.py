"""log-ratios, mean and item"""
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    return log_probs - ref_log_probs.detach()


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    reward_c = implicit_rewards(chosen, ref_chosen, beta)
    reward_r = implicit_rewards(rejected, ref_rejected, beta)
    difference = reward_c - reward_r
    correct = torch.where(difference == 0, 0.5, (difference > 0).double())
    return {
        "chosen_reward": reward_c.mean().item(),
        "rejected_reward": reward_r.mean().item(),
        "margin": difference.mean().item(),
        "accuracy": correct.mean().item(),
    }
