"""zero_grad and backward, library functions"""
import torch
from curriculum.text_rl import sequence_log_probs
from curriculum.dpo import dpo_loss, preference_numbers, sequence_log_prob


def pair_log_probs(model, pairs):
    chosen_tokens, rejected_tokens = pairs["chosen"], pairs["rejected"]
    chosen = sequence_log_probs(model(chosen_tokens), chosen_tokens)
    rejected = sequence_log_probs(model(rejected_tokens), rejected_tokens)
    return (
        sequence_log_prob(chosen, pairs["chosen_mask"]),
        sequence_log_prob(rejected, pairs["rejected_mask"]),
    )


def preference_step(policy, reference, optimizer, pairs, beta):
    optimizer.zero_grad()
    chosen, rejected = pair_log_probs(policy, pairs)
    with torch.no_grad():
        ref_chosen, ref_rejected = pair_log_probs(reference, pairs)
    loss = dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta)
    loss.backward()
    return {
        "loss": loss.item(),
        "chosen_log_prob": chosen.mean().item(),
        "rejected_log_prob": rejected.mean().item(),
        **preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta),
    }
