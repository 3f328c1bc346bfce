"""both sides stacked in one tensor"""
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    both = torch.stack([log_probs, ref_log_probs.detach()])
    p, q = torch.exp(both).unbind(0)
    return (p - q) * beta


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    n = chosen.shape[0]
    rewards = implicit_rewards(torch.cat([chosen, rejected]), torch.cat([ref_chosen, ref_rejected]), beta)
    rewards = rewards.detach()
    win, lose = rewards[:n], rewards[n:]
    return {
        "chosen_reward": float(win.mean()),
        "rejected_reward": float(lose.mean()),
        "margin": float((win - lose).mean()),
        "accuracy": float((win.gt(lose) * 0.5 + win.ge(lose) * 0.5).mean()),
    }
