"""dict of log-ratios, logaddexp, everything by hand"""
import torch
from curriculum.text_rl import sequence_log_probs


def _score(model, tokens, mask):
    per_token = sequence_log_probs(model(tokens), tokens)
    return per_token.masked_fill(~mask, 0.0).sum(dim=1)


def pair_log_probs(model, pairs):
    return tuple(_score(model, pairs[side], pairs[side + "_mask"]) for side in ("chosen", "rejected"))


def preference_step(policy, reference, optimizer, pairs, beta):
    optimizer.zero_grad()
    log_pi = dict(zip(("chosen", "rejected"), pair_log_probs(policy, pairs)))
    log_ref = dict(zip(("chosen", "rejected"), pair_log_probs(reference, pairs)))
    reward = {side: beta * (log_pi[side] - log_ref[side]) for side in log_pi}
    margin = reward["chosen"] - reward["rejected"]
    loss = torch.logaddexp(torch.zeros_like(margin), -margin).mean()
    loss.backward()
    told = {"loss": loss.item()}
    for side in log_pi:
        told[side + "_log_prob"] = log_pi[side].mean().item()
        told[side + "_reward"] = reward[side].mean().item()
    told["margin"] = margin.mean().item()
    told["accuracy"] = ((margin.sign() + 1) / 2).mean().item()
    optimizer.step()
    return told
