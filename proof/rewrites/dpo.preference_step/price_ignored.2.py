"""log-odds of policy and reference for the loss, priced numbers"""
import torch
from torch import nn
from curriculum.text_rl import sequence_log_probs


def pair_log_probs(model, pairs):
    tokens = torch.cat([pairs["chosen"], pairs["rejected"]])
    keep = torch.cat([pairs["chosen_mask"], pairs["rejected_mask"]])
    log_probs = sequence_log_probs(model(tokens), tokens)
    summed = torch.where(keep, log_probs, torch.zeros(())).sum(dim=1)
    return summed[: len(summed) // 2], summed[len(summed) // 2 :]


def preference_loss(policy_pair, reference_pair):
    gains = [p - q for p, q in zip(policy_pair, reference_pair)]
    return -nn.LogSigmoid()(gains[0] - gains[1]).mean()


def preference_step(policy, reference, optimizer, pairs, beta):
    now = pair_log_probs(policy, pairs)
    with torch.no_grad():
        fixed = pair_log_probs(reference, pairs)
    loss = preference_loss(now, fixed)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        good, bad = (beta * (p - q) for p, q in zip(now, fixed))
        share = (good > bad).float().mean() + 0.5 * (good == bad).float().mean()
    return {
        "loss": loss.item(),
        "chosen_log_prob": now[0].mean().item(),
        "rejected_log_prob": now[1].mean().item(),
        "chosen_reward": good.mean().item(),
        "rejected_reward": bad.mean().item(),
        "margin": (good - bad).mean().item(),
        "accuracy": share.item(),
    }
