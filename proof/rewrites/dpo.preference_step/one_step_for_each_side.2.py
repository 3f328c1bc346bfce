"""loop over the sides, own loss, numbers from the first round"""
import torch
from torch.nn import functional as F
from curriculum.text_rl import sequence_log_probs


def pair_log_probs(model, pairs):
    def total(side):
        values = sequence_log_probs(model(pairs[side]), pairs[side])
        return values.masked_fill(~pairs[f"{side}_mask"], 0.0).sum(dim=1)

    return total("chosen"), total("rejected")


def preference_step(policy, reference, optimizer, pairs, beta):
    sides = ("chosen", "rejected")
    with torch.no_grad():
        fixed = dict(zip(sides, pair_log_probs(reference, pairs)))

    history = []
    for learned in sides:
        log_probs = dict(zip(sides, pair_log_probs(policy, pairs)))
        rewards = {}
        for side in sides:
            values = log_probs[side] if side == learned else log_probs[side].detach()
            rewards[side] = beta * (values - fixed[side])
        margin = rewards["chosen"] - rewards["rejected"]
        loss = -F.logsigmoid(margin).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        history.append(
            {
                "loss": loss.item(),
                "chosen_log_prob": log_probs["chosen"].mean().item(),
                "rejected_log_prob": log_probs["rejected"].mean().item(),
                "chosen_reward": rewards["chosen"].mean().item(),
                "rejected_reward": rewards["rejected"].mean().item(),
                "margin": margin.mean().item(),
                "accuracy": ((margin > 0).float() + (margin == 0).float() / 2).mean().item(),
            }
        )
    return history[0]
