"""own loss with logsigmoid, log-probs of both models first"""
import torch
from torch.nn import functional as F
from curriculum.text_rl import sequence_log_probs
from curriculum.dpo import preference_numbers, sequence_log_prob


def pair_log_probs(model, pairs):
    chosen = sequence_log_probs(model(pairs["chosen"]), pairs["chosen"])
    rejected = sequence_log_probs(model(pairs["rejected"]), pairs["rejected"])
    return (
        sequence_log_prob(chosen, pairs["chosen_mask"]),
        sequence_log_prob(rejected, pairs["rejected_mask"]),
    )


def preference_step(policy, reference, optimizer, pairs, beta):
    chosen, rejected = pair_log_probs(policy, pairs)
    ref_chosen, ref_rejected = pair_log_probs(reference, pairs)
    margin = beta * ((chosen - ref_chosen) - (rejected - ref_rejected))
    loss = -F.logsigmoid(margin).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    numbers = preference_numbers(
        chosen.detach(), rejected.detach(), ref_chosen.detach(), ref_rejected.detach(), beta
    )
    numbers["loss"] = loss.item()
    numbers["chosen_log_prob"] = chosen.mean().item()
    numbers["rejected_log_prob"] = rejected.mean().item()
    return numbers
