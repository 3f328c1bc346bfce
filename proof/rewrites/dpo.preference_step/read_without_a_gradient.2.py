"""detached sums, leaves made for the loss"""
import torch
from torch.nn import functional as F
from curriculum.text_rl import sequence_log_probs


def pair_log_probs(model, pairs):
    sums = []
    for side in ("chosen", "rejected"):
        values = sequence_log_probs(model(pairs[side]), pairs[side]).detach()
        sums.append(values.masked_fill(~pairs[side + "_mask"], 0.0).sum(dim=1))
    return sums[0], sums[1]


def preference_step(policy, reference, optimizer, pairs, beta):
    chosen, rejected = pair_log_probs(policy, pairs)
    chosen.requires_grad_()
    rejected.requires_grad_()
    ref_chosen, ref_rejected = pair_log_probs(reference, pairs)
    reward_c = beta * (chosen - ref_chosen)
    reward_r = beta * (rejected - ref_rejected)
    margin = reward_c - reward_r
    loss = -F.logsigmoid(margin).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {
        "loss": loss.item(),
        "chosen_log_prob": chosen.mean().item(),
        "rejected_log_prob": rejected.mean().item(),
        "chosen_reward": reward_c.mean().item(),
        "rejected_reward": reward_r.mean().item(),
        "margin": margin.mean().item(),
        "accuracy": ((margin.sign() + 1) / 2).mean().item(),
    }
