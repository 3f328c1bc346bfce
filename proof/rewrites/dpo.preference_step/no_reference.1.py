"""log-probs as scores, logsigmoid"""
import torch
from torch.nn import functional as F
from curriculum.text_rl import sequence_log_probs


def completion_log_prob(model, tokens, mask):
    log_probs = sequence_log_probs(model(tokens), tokens)
    return torch.where(mask, log_probs, 0.0).sum(dim=1)


def pair_log_probs(model, pairs):
    chosen = completion_log_prob(model, pairs["chosen"], pairs["chosen_mask"])
    rejected = completion_log_prob(model, pairs["rejected"], pairs["rejected_mask"])
    return chosen, rejected


def preference_step(policy, reference, optimizer, pairs, beta):
    chosen, rejected = pair_log_probs(policy, pairs)
    margin = beta * (chosen - rejected)
    loss = -F.logsigmoid(margin).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {
        "loss": loss.item(),
        "chosen_log_prob": chosen.mean().item(),
        "rejected_log_prob": rejected.mean().item(),
        "chosen_reward": beta * chosen.mean().item(),
        "rejected_reward": beta * rejected.mean().item(),
        "margin": margin.mean().item(),
        "accuracy": ((margin > 0).float() + 0.5 * (margin == 0).float()).mean().item(),
    }
