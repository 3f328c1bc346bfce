"""text by text with boolean indexing and mean"""
import torch
from torch import nn
from curriculum.text_rl import sequence_log_probs


def pair_log_probs(model, pairs):
    sides = []
    for side in ("chosen", "rejected"):
        tokens = pairs[side]
        keep = pairs[side + "_mask"]
        table = sequence_log_probs(model(tokens), tokens)
        sides.append(torch.stack([table[i, keep[i]].mean() for i in range(len(table))]))
    return tuple(sides)


def preference_step(policy, reference, optimizer, pairs, beta):
    optimizer.zero_grad()
    with torch.no_grad():
        ref_c, ref_r = pair_log_probs(reference, pairs)
    pol_c, pol_r = pair_log_probs(policy, pairs)
    reward_c, reward_r = beta * (pol_c - ref_c), beta * (pol_r - ref_r)
    objective = nn.LogSigmoid()(reward_c - reward_r).mean()
    (-objective).backward()
    optimizer.step()
    n = len(pol_c)
    ahead = int((reward_c > reward_r).sum()) + 0.5 * int((reward_c == reward_r).sum())
    return {
        "loss": -objective.item(),
        "chosen_log_prob": pol_c.mean().item(),
        "rejected_log_prob": pol_r.mean().item(),
        "chosen_reward": reward_c.mean().item(),
        "rejected_reward": reward_r.mean().item(),
        "margin": (reward_c - reward_r).mean().item(),
        "accuracy": ahead / n,
    }
