"""direct quotient"""
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    return beta * (log_probs / ref_log_probs.detach())


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    rc = implicit_rewards(chosen, ref_chosen, beta)
    rr = implicit_rewards(rejected, ref_rejected, beta)
    wins = torch.sum(rc > rr).item()
    ties = torch.sum(rc == rr).item()
    return {
        "chosen_reward": torch.mean(rc).item(),
        "rejected_reward": torch.mean(rr).item(),
        "margin": torch.mean(rc - rr).item(),
        "accuracy": (wins + 0.5 * ties) / len(rc),
    }
