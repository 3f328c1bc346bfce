"""evaluate function used for training and for the report"""
import torch
from torch.nn import functional as F
from curriculum.text_rl import sequence_log_probs


def pair_log_probs(model, pairs):
    tokens = torch.cat([pairs["chosen"], pairs["rejected"]])
    mask = torch.cat([pairs["chosen_mask"], pairs["rejected_mask"]])
    sums = sequence_log_probs(model(tokens), tokens).masked_fill(~mask, 0.0).sum(dim=1)
    return tuple(sums.chunk(2))


def evaluate(policy, ref_chosen, ref_rejected, pairs, beta):
    chosen, rejected = pair_log_probs(policy, pairs)
    reward_c, reward_r = beta * (chosen - ref_chosen), beta * (rejected - ref_rejected)
    margin = reward_c - reward_r
    return {
        "loss": -F.logsigmoid(margin).mean(),
        "chosen_log_prob": chosen.mean(),
        "rejected_log_prob": rejected.mean(),
        "chosen_reward": reward_c.mean(),
        "rejected_reward": reward_r.mean(),
        "margin": margin.mean(),
        "accuracy": ((margin.sign() + 1) / 2).mean(),
    }


def preference_step(policy, reference, optimizer, pairs, beta):
    with torch.no_grad():
        baseline = pair_log_probs(reference, pairs)
    optimizer.zero_grad()
    evaluate(policy, *baseline, pairs, beta)["loss"].backward()
    optimizer.step()
    with torch.no_grad():
        report = evaluate(policy, *baseline, pairs, beta)
    return {name: number.item() for name, number in report.items()}
