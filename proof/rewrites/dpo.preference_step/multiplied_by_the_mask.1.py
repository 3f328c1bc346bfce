"""mask as a factor, two calls"""
import torch
from curriculum.text_rl import sequence_log_probs
from curriculum.dpo import dpo_loss, preference_numbers


def masked_sum(model, tokens, mask):
    return (sequence_log_probs(model(tokens), tokens) * mask).sum(dim=-1)


def pair_log_probs(model, pairs):
    chosen = masked_sum(model, pairs["chosen"], pairs["chosen_mask"])
    rejected = masked_sum(model, pairs["rejected"], pairs["rejected_mask"])
    return chosen, rejected


def preference_step(policy, reference, optimizer, pairs, beta):
    with torch.no_grad():
        references = pair_log_probs(reference, pairs)
    chosen, rejected = pair_log_probs(policy, pairs)
    loss = dpo_loss(chosen, rejected, *references, beta)
    told = preference_numbers(chosen.detach(), rejected.detach(), *references, beta)
    told["loss"] = loss.item()
    told["chosen_log_prob"] = chosen.mean().item()
    told["rejected_log_prob"] = rejected.mean().item()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return told
