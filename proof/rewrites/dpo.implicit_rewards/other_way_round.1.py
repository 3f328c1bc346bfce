"""detached reference, sign for the accuracy"""
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    return beta * (ref_log_probs.detach() - log_probs)


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    r_c = implicit_rewards(chosen, ref_chosen, beta)
    r_r = implicit_rewards(rejected, ref_rejected, beta)
    margin = r_c - r_r
    return {
        "chosen_reward": r_c.mean().item(),
        "rejected_reward": r_r.mean().item(),
        "margin": margin.mean().item(),
        "accuracy": ((torch.sign(margin) + 1) / 2).mean().item(),
    }
