"""Categorical distribution, own loss"""
import torch
from torch.distributions import Categorical


def _score(model, tokens, mask):
    log_probs = Categorical(logits=model(tokens), validate_args=False).log_prob(tokens)
    # the first token is given and has no column in the mask
    return torch.where(mask, log_probs[:, 1:], 0.0).sum(dim=1)


def pair_log_probs(model, pairs):
    return tuple(_score(model, pairs[s], pairs[s + "_mask"]) for s in ("chosen", "rejected"))


def preference_step(policy, reference, optimizer, pairs, beta):
    with torch.no_grad():
        anchor = torch.stack(pair_log_probs(reference, pairs), dim=1)
    scores = torch.stack(pair_log_probs(policy, pairs), dim=1)
    rewards = beta * (scores - anchor)
    gap = rewards[:, 1] - rewards[:, 0]
    loss = torch.logaddexp(torch.zeros_like(gap), gap).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    log_prob = scores.mean(dim=0).tolist()
    reward = rewards.mean(dim=0).tolist()
    return {
        "loss": loss.item(),
        "chosen_log_prob": log_prob[0],
        "rejected_log_prob": log_prob[1],
        "chosen_reward": reward[0],
        "rejected_reward": reward[1],
        "margin": -gap.mean().item(),
        "accuracy": ((gap < 0).float() + 0.5 * (gap == 0).float()).mean().item(),
    }
