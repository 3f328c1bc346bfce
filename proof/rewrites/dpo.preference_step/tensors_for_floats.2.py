"""detached statistics by a comprehension"""
import torch
from torch.nn import functional as F
from curriculum.text_rl import sequence_log_probs


def pair_log_probs(model, pairs):
    n, _ = pairs["chosen"].shape
    tokens = torch.cat([pairs["chosen"], pairs["rejected"]])
    keep = torch.cat([pairs["chosen_mask"], pairs["rejected_mask"]])
    log_probs = sequence_log_probs(model(tokens), tokens).masked_fill(~keep, 0.0)
    chosen, rejected = torch.split(log_probs.sum(dim=1), n)
    return chosen, rejected


def preference_step(policy, reference, optimizer, pairs, beta):
    optimizer.zero_grad()
    with torch.no_grad():
        base = pair_log_probs(reference, pairs)
    current = pair_log_probs(policy, pairs)
    rewards = [beta * (p - q) for p, q in zip(current, base)]
    margin = rewards[0] - rewards[1]
    losses = -F.logsigmoid(margin)
    losses.mean().backward()
    columns = {
        "loss": losses,
        "chosen_log_prob": current[0],
        "rejected_log_prob": current[1],
        "chosen_reward": rewards[0],
        "rejected_reward": rewards[1],
        "margin": margin,
        "accuracy": (margin.sign() + 1) / 2,
    }
    told = {name: values.detach().mean() for name, values in columns.items()}
    optimizer.step()
    return told
