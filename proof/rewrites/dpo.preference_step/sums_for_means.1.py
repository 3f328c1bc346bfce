"""sums of the log-probs beside the library's numbers"""
import torch
from curriculum.text_rl import sequence_log_probs
from curriculum.dpo import dpo_loss, preference_numbers, sequence_log_prob


def pair_log_probs(model, pairs):
    chosen = sequence_log_probs(model(pairs["chosen"]), pairs["chosen"])
    rejected = sequence_log_probs(model(pairs["rejected"]), pairs["rejected"])
    chosen = sequence_log_prob(chosen, pairs["chosen_mask"])
    rejected = sequence_log_prob(rejected, pairs["rejected_mask"])
    return chosen, rejected


def preference_step(policy, reference, optimizer, pairs, beta):
    chosen, rejected = pair_log_probs(policy, pairs)
    with torch.no_grad():
        ref_chosen, ref_rejected = pair_log_probs(reference, pairs)
    loss = dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {
        "loss": loss.item(),
        "chosen_log_prob": chosen.sum().item(),
        "rejected_log_prob": rejected.sum().item(),
        **preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta),
    }
