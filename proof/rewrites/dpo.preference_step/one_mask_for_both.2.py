"""one stacked batch (2, pairs, time), masked by broadcasting"""
import torch
from torch.nn import functional as F
from curriculum.text_rl import sequence_log_probs


def pair_log_probs(model, pairs):
    n = len(pairs["chosen"])
    tokens = torch.cat([pairs["chosen"], pairs["rejected"]])
    per_token = sequence_log_probs(model(tokens), tokens).view(2, n, -1)
    summed = per_token.masked_fill(~pairs["chosen_mask"], 0.0).sum(dim=-1)
    return summed[0], summed[1]


def preference_step(policy, reference, optimizer, pairs, beta):
    with torch.no_grad():
        baseline = torch.stack(pair_log_probs(reference, pairs))
    current = torch.stack(pair_log_probs(policy, pairs))
    rewards = beta * (current - baseline)
    margin = rewards[0] - rewards[1]
    loss = -F.logsigmoid(margin).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    names = ("chosen_log_prob", "rejected_log_prob", "chosen_reward", "rejected_reward")
    told = dict(zip(names, torch.cat([current, rewards]).mean(dim=1).tolist()))
    told["loss"] = loss.item()
    told["margin"] = margin.mean().item()
    told["accuracy"] = ((margin > 0).float() + (margin == 0).float() / 2).mean().item()
    return told
