"""backward, zero_grad, step"""
import torch
from curriculum.text_rl import sequence_log_probs
from curriculum.dpo import dpo_loss, preference_numbers, sequence_log_prob


def pair_log_probs(model, pairs):
    return tuple(
        sequence_log_prob(sequence_log_probs(model(pairs[k]), pairs[k]), pairs[k + "_mask"])
        for k in ("chosen", "rejected")
    )


def preference_step(policy, reference, optimizer, pairs, beta):
    chosen, rejected = pair_log_probs(policy, pairs)
    with torch.no_grad():
        ref_chosen, ref_rejected = pair_log_probs(reference, pairs)
    loss = dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta)
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    out = preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta)
    out["loss"] = loss.item()
    out["chosen_log_prob"] = chosen.mean().item()
    out["rejected_log_prob"] = rejected.mean().item()
    return out
