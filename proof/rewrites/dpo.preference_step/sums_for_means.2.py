"""log-likelihoods accumulated in a loop over the pairs"""
import torch
from torch import nn
from curriculum.text_rl import sequence_log_probs


def pair_log_probs(model, pairs):
    output = []
    for side in ("chosen", "rejected"):
        log_probs = sequence_log_probs(model(pairs[side]), pairs[side])
        output.append(torch.where(pairs[side + "_mask"], log_probs, 0.0).sum(dim=1))
    return output[0], output[1]


def preference_step(policy, reference, optimizer, pairs, beta):
    with torch.no_grad():
        ref_chosen, ref_rejected = pair_log_probs(reference, pairs)
    chosen, rejected = pair_log_probs(policy, pairs)
    rewards_c = beta * (chosen - ref_chosen)
    rewards_r = beta * (rejected - ref_rejected)
    loss = nn.LogSigmoid()(rewards_c - rewards_r).mean().neg()

    told = {"loss": loss.item(), "chosen_log_prob": 0.0, "rejected_log_prob": 0.0}
    for log_prob_c, log_prob_r in zip(chosen.tolist(), rejected.tolist()):
        told["chosen_log_prob"] += log_prob_c
        told["rejected_log_prob"] += log_prob_r
    told["chosen_reward"] = rewards_c.mean().item()
    told["rejected_reward"] = rewards_r.mean().item()
    told["margin"] = (rewards_c - rewards_r).mean().item()
    wins = [1.0 if a > b else 0.5 if a == b else 0.0 for a, b in zip(rewards_c.tolist(), rewards_r.tolist())]
    told["accuracy"] = sum(wins) / len(wins)

    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return told
